// A check like that of March 2026, in our own words: the RME field, one call, the range on a refusal.
#include <linux/kvm_host.h>

#include <asm/rmi_cmds.h>
#include <asm/virt.h>

static int rmi_check_version(void)
{
	unsigned long wanted = RMI_ABI_VERSION(RMI_ABI_MAJOR_VERSION, RMI_ABI_MINOR_VERSION);
	u64 pfr0 = read_sanitised_ftr_reg(SYS_ID_AA64PFR0_EL1);
	unsigned short lower[2], higher[2];
	struct arm_smccc_res res;

	if (cpuid_feature_extract_unsigned_field(pfr0, ID_AA64PFR0_EL1_RME_SHIFT) == 0)
		return -ENXIO;

	arm_smccc_1_1_invoke(SMC_RMI_VERSION, wanted, &res);
	if (res.a0 == SMCCC_RET_NOT_SUPPORTED)
		return -ENXIO;

	lower[0] = RMI_ABI_VERSION_GET_MAJOR(res.a1);
	lower[1] = RMI_ABI_VERSION_GET_MINOR(res.a1);
	if (res.a0 == RMI_SUCCESS) {
		kvm_info("RMI ABI version %d.%d\n", lower[0], lower[1]);
		return 0;
	}

	higher[0] = RMI_ABI_VERSION_GET_MAJOR(res.a2);
	higher[1] = RMI_ABI_VERSION_GET_MINOR(res.a2);
	kvm_err("Unsupported RMI ABI (v%d.%d - v%d.%d) we want v%d.%d\n", lower[0], lower[1], higher[0], higher[1],
		RMI_ABI_MAJOR_VERSION, RMI_ABI_MINOR_VERSION);
	return -ENXIO;
}

void kvm_init_rmi(void)
{
	if (rmi_check_version())
		return;
}
