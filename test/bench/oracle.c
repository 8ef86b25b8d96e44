/*
 * What a row of a sweep is measured against: rows 1 to COUNT of `sweep --kernel v13 --machine fvp --random COUNT`, in C. For
 * each it does what a row does: draws an answer to RMI_VERSION, spells its values, runs the check, prints the kernel's
 * line, reads out of that line what came of it, and writes the row.
 */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define SEED 1
#define DRAWS 6

#define ENXIO 6
#define RMI_ABI_MAJOR_VERSION 2
#define RMI_ABI_MINOR_VERSION 0

struct arm_smccc_res {
	uint64_t a0, a1, a2;
};

/* SplitMix64 (Steele, Lea and Flood, OOPSLA 2014): its n-th value, from 1. */
static uint64_t drawn(uint64_t n)
{
	uint64_t z = SEED + n * UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

static uint64_t status(uint64_t kind, uint64_t value)
{
	static const uint64_t kept[8] = { 0, 0, 3, 1, 0xf, 0xffff, 0xffffffff, UINT64_MAX };

	value &= kept[kind & 7];
	return (kind & 7) == 2 ? ~value : value;
}

static uint64_t revision(uint64_t kind, uint64_t value)
{
	static const uint64_t kept[8] = {
		UINT64_MAX, 0xffffffff, UINT64_C(0xffffffff80030003), 0x7fff0003,
		0x30003, 0x30003, 0x30003, 0x30003,
	};

	return value & kept[kind & 7];
}

static char said[128];

static int rmi_check_version(const struct arm_smccc_res *res)
{
	unsigned short major = res->a1 >> 16;
	unsigned short minor = res->a1 & 0xffff;

	if (res->a0 == UINT64_MAX)
		return -ENXIO;

	if (res->a0 != 0) {
		unsigned short high_major = res->a2 >> 16;
		unsigned short high_minor = res->a2 & 0xffff;

		snprintf(said, sizeof(said),
			 "Unsupported RMI ABI (v%d.%d - v%d.%d) we want v%d.%d",
			 major, minor, high_major, high_minor,
			 RMI_ABI_MAJOR_VERSION, RMI_ABI_MINOR_VERSION);
		return -ENXIO;
	}

	snprintf(said, sizeof(said), "RMI ABI version %d.%d", major, minor);
	return 0;
}

/* What the line says; a check that said nothing was quiet. */
static void write_outcome(void)
{
	int lower[2], higher[2];

	if (sscanf(said, "Unsupported RMI ABI (v%d.%d - v%d.%d)",
		   &lower[0], &lower[1], &higher[0], &higher[1]) == 4)
		printf("refused (v%d.%d - v%d.%d)\n", lower[0], lower[1], higher[0], higher[1]);
	else if (sscanf(said, "RMI ABI version %d.%d", &lower[0], &lower[1]) == 2)
		printf("accepted %d.%d\n", lower[0], lower[1]);
	else
		puts("quiet (not-supported)");
}

int main(int argc, char **argv)
{
	uint64_t count = argc > 1 ? strtoull(argv[1], NULL, 10) : 0;

	for (uint64_t row = 0; row < count; row++) {
		const uint64_t n = row * DRAWS + 1;
		const struct arm_smccc_res res = {
			.a0 = status(drawn(n), drawn(n + 1)),
			.a1 = revision(drawn(n + 2), drawn(n + 3)),
			.a2 = revision(drawn(n + 4), drawn(n + 5)),
		};

		printf("%" PRIu64 " 0x%" PRIx64 " 0x%" PRIx64 " 0x%" PRIx64 " ",
		       row + 1, res.a0, res.a1, res.a2);
		said[0] = '\0';
		rmi_check_version(&res);
		write_outcome();
	}
	return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
