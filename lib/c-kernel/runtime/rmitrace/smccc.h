/*
 * The SMC calling convention. What a call sends is counted from the arguments that stand in the source: a 1.1 call
 * sets the registers it names and no other. An argument of 32 bits leaves the upper half of its register clear, as
 * a write to a w register does; the FID is cut to 32 bits.
 */
#ifndef RMITRACE_SMCCC_H
#define RMITRACE_SMCCC_H

#define ARM_SMCCC_STD_CALL 0UL
#define ARM_SMCCC_FAST_CALL 1UL
#define ARM_SMCCC_TYPE_SHIFT 31
#define ARM_SMCCC_SMC_32 0
#define ARM_SMCCC_SMC_64 1
#define ARM_SMCCC_CALL_CONV_SHIFT 30
#define ARM_SMCCC_OWNER_MASK 0x3f
#define ARM_SMCCC_OWNER_SHIFT 24
#define ARM_SMCCC_FUNC_MASK 0xffff
#define ARM_SMCCC_OWNER_ARCH 0
#define ARM_SMCCC_OWNER_STANDARD 4
#define ARM_SMCCC_CALL_VAL(type, convention, owner, number)                                                            \
	(((type) << ARM_SMCCC_TYPE_SHIFT) | ((convention) << ARM_SMCCC_CALL_CONV_SHIFT) |                              \
	 (((owner) & ARM_SMCCC_OWNER_MASK) << ARM_SMCCC_OWNER_SHIFT) | ((number) & ARM_SMCCC_FUNC_MASK))

#define SMCCC_RET_SUCCESS 0
#define SMCCC_RET_NOT_SUPPORTED (-1)
#define SMCCC_RET_NOT_REQUIRED (-2)
#define SMCCC_RET_INVALID_PARAMETER (-3)

#define ARM_SMCCC_VERSION_1_0 0x10000
#define ARM_SMCCC_VERSION_1_1 0x10001
#define ARM_SMCCC_VERSION_1_2 0x10002
#define ARM_SMCCC_VERSION_1_3 0x10003

enum arm_smccc_conduit { SMCCC_CONDUIT_NONE, SMCCC_CONDUIT_SMC, SMCCC_CONDUIT_HVC };

struct arm_smccc_res { unsigned long a0, a1, a2, a3; };

struct arm_smccc_1_2_regs {
	unsigned long a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17;
};

enum arm_smccc_conduit arm_smccc_1_1_get_conduit(void);
u32 arm_smccc_get_version(void);
void arm_smccc_1_2_smc(const struct arm_smccc_1_2_regs *args, struct arm_smccc_1_2_regs *res);
void arm_smccc_1_2_hvc(const struct arm_smccc_1_2_regs *args, struct arm_smccc_1_2_regs *res);
void arm_smccc_1_2_invoke(const struct arm_smccc_1_2_regs *args, struct arm_smccc_1_2_regs *res);
void rmitrace_1_1(enum rmitrace_via via, const unsigned long *args, int nargs, struct arm_smccc_res *res);

#define RMITRACE_REG(value) \
	(sizeof(value) < sizeof(long) ? (unsigned long)(u32)(unsigned long)(value) : (unsigned long)(value))
#define RMITRACE_FID(value) ((unsigned long)(u32)(value))

#define RMITRACE_LIST_2(f, res) { RMITRACE_FID(f) }
#define RMITRACE_LIST_3(f, a, res) { RMITRACE_FID(f), RMITRACE_REG(a) }
#define RMITRACE_LIST_4(f, a, b, res) { RMITRACE_FID(f), RMITRACE_REG(a), RMITRACE_REG(b) }
#define RMITRACE_LIST_5(f, a, b, c, res) { RMITRACE_FID(f), RMITRACE_REG(a), RMITRACE_REG(b), RMITRACE_REG(c) }
#define RMITRACE_LIST_6(f, a, b, c, d, res) \
	{ RMITRACE_FID(f), RMITRACE_REG(a), RMITRACE_REG(b), RMITRACE_REG(c), RMITRACE_REG(d) }
#define RMITRACE_LIST_7(f, a, b, c, d, e, res) \
	{ RMITRACE_FID(f), RMITRACE_REG(a), RMITRACE_REG(b), RMITRACE_REG(c), RMITRACE_REG(d), RMITRACE_REG(e) }
#define RMITRACE_LIST_8(f, a, b, c, d, e, g, res)                                                                      \
	{ RMITRACE_FID(f), RMITRACE_REG(a), RMITRACE_REG(b), RMITRACE_REG(c), RMITRACE_REG(d), RMITRACE_REG(e),        \
	  RMITRACE_REG(g) }
#define RMITRACE_LIST_9(f, a, b, c, d, e, g, h, res)                                                                   \
	{ RMITRACE_FID(f), RMITRACE_REG(a), RMITRACE_REG(b), RMITRACE_REG(c), RMITRACE_REG(d), RMITRACE_REG(e),        \
	  RMITRACE_REG(g), RMITRACE_REG(h) }

#define RMITRACE_RES_2(f, res) (res)
#define RMITRACE_RES_3(f, a, res) (res)
#define RMITRACE_RES_4(f, a, b, res) (res)
#define RMITRACE_RES_5(f, a, b, c, res) (res)
#define RMITRACE_RES_6(f, a, b, c, d, res) (res)
#define RMITRACE_RES_7(f, a, b, c, d, e, res) (res)
#define RMITRACE_RES_8(f, a, b, c, d, e, g, res) (res)
#define RMITRACE_RES_9(f, a, b, c, d, e, g, h, res) (res)

#define RMITRACE_TENTH(a, b, c, d, e, f, g, h, i, tenth, ...) tenth
#define RMITRACE_COUNT(...) RMITRACE_TENTH(__VA_ARGS__, 9, 8, 7, 6, 5, 4, 3, 2, 1)
#define RMITRACE_JOIN(a, b) RMITRACE_JOINED(a, b)
#define RMITRACE_JOINED(a, b) a##b
#define RMITRACE_SMCCC_1_1(via, ...)                                                                                   \
	({ const unsigned long regs_[] = RMITRACE_JOIN(RMITRACE_LIST_, RMITRACE_COUNT(__VA_ARGS__))(__VA_ARGS__);      \
	   rmitrace_1_1(via, regs_, (int)ARRAY_SIZE(regs_),                                                            \
			RMITRACE_JOIN(RMITRACE_RES_, RMITRACE_COUNT(__VA_ARGS__))(__VA_ARGS__)); })

#define arm_smccc_1_1_invoke(...) RMITRACE_SMCCC_1_1(RMITRACE_VIA_CONDUIT, __VA_ARGS__)
#define arm_smccc_1_1_smc(...) RMITRACE_SMCCC_1_1(RMITRACE_VIA_SMC, __VA_ARGS__)
#define arm_smccc_1_1_hvc(...) RMITRACE_SMCCC_1_1(RMITRACE_VIA_HVC, __VA_ARGS__)
/* The first form sets all of x1..x7, whatever the convention of the answer. */
#define arm_smccc_smc(f, a, b, c, d, e, g, h, res) arm_smccc_1_1_smc(f, a, b, c, d, e, g, h, res)
#define arm_smccc_hvc(f, a, b, c, d, e, g, h, res) arm_smccc_1_1_hvc(f, a, b, c, d, e, g, h, res)

#endif
