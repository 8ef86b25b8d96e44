/*
 * The RMI's numbers, where the source brings no header that has them. RMITRACE_ABI chooses: 13 as in the series up to
 * v14, where the major revision is whatever stands above bit 15; 17 as in trees of the time of v17 to v19, which have
 * the same and a retry loop without limit; 20 as in the code queued in October 2026, where the major revision ends at
 * bit 30 and the retry loop has a limit. RMITRACE_WANTS_* is what to ask for.
 */
#ifndef RMITRACE_RMI_H
#define RMITRACE_RMI_H
#pragma GCC system_header

#define SMC_RMI_CALL(number) ARM_SMCCC_CALL_VAL(ARM_SMCCC_FAST_CALL, ARM_SMCCC_SMC_64, ARM_SMCCC_OWNER_STANDARD, number)
#define SMC_RxI_CALL(number) SMC_RMI_CALL(number)

#define SMC_RMI_VERSION SMC_RMI_CALL(0x150)
#define SMC_RMI_FEATURES SMC_RMI_CALL(0x165)

#define RMI_ABI_MAJOR_VERSION RMITRACE_WANTS_MAJOR
#define RMI_ABI_MINOR_VERSION RMITRACE_WANTS_MINOR

#define RMI_SUCCESS 0
#define RMI_ERROR_INPUT 1
#define RMI_ERROR_REALM 2
#define RMI_ERROR_REC 3
#define RMI_ERROR_RTT 4
#define RMI_ERROR_NOT_SUPPORTED 5
#define RMI_ERROR_DEVICE 6
#define RMI_ERROR_RTT_AUX 7
#define RMI_ERROR_PSMMU_ST 8
#define RMI_ERROR_DPT 9
#define RMI_BUSY 10
#define RMI_ERROR_GLOBAL 11
#define RMI_ERROR_TRACKING 12
#define RMI_INCOMPLETE 13
#define RMI_BLOCKED 14
#define RMI_ERROR_GPT 15
#define RMI_ERROR_GRANULE 16

#define RMI_RETURN_STATUS(ret) ((ret) & 0xff)
#define RMI_RETURN_INDEX(ret) (((ret) >> 8) & 0xff)

#if RMITRACE_ABI < 20

#define RMI_ABI_VERSION(major, minor) (((major) << 16) | (minor))
#define RMI_ABI_VERSION_GET_MAJOR(version) ((version) >> 16)
#define RMI_ABI_VERSION_GET_MINOR(version) ((version) & 0xffff)

#if RMITRACE_ABI >= 17

#define RMI_RESULT_STATUS(ret) RMI_RETURN_STATUS(ret)

#ifndef RMITRACE_THEIR_RMI_SMCCC_INVOKE
/* Busy or blocked: again, without limit. */
static inline void rmi_smccc_invoke(struct arm_smccc_1_2_regs *regs)
{
	const struct arm_smccc_1_2_regs asked = *regs;

	do {
		arm_smccc_1_2_smc(&asked, regs);
	} while (RMI_RESULT_STATUS(regs->a0) == RMI_BUSY || RMI_RESULT_STATUS(regs->a0) == RMI_BLOCKED);
}
#endif

unsigned long rmi_feat_reg(unsigned long index);

#elif !defined(RMITRACE_THEIR_RMI_FEATURES)
/* The value goes to `out` whatever the status is. */
static inline int rmi_features(unsigned long index, unsigned long *out)
{
	struct arm_smccc_res res;

	arm_smccc_1_1_invoke(SMC_RMI_FEATURES, index, &res);
	if (out)
		*out = res.a1;
	return (int)res.a0;
}
#endif

#else

#define RMI_ABI_VERSION_MAJOR_MASK GENMASK(30, 16)
#define RMI_ABI_VERSION_MINOR_MASK GENMASK(15, 0)
#define RMI_ABI_VERSION(major, minor) \
	(FIELD_PREP(RMI_ABI_VERSION_MAJOR_MASK, (major)) | FIELD_PREP(RMI_ABI_VERSION_MINOR_MASK, (minor)))
#define RMI_ABI_VERSION_GET_MAJOR(version) FIELD_GET(RMI_ABI_VERSION_MAJOR_MASK, (version))
#define RMI_ABI_VERSION_GET_MINOR(version) FIELD_GET(RMI_ABI_VERSION_MINOR_MASK, (version))

#define RMI_RESULT_STATUS_MASK GENMASK(7, 0)
#define RMI_RESULT_DATA_LEVEL_MASK GENMASK(15, 8)
#define RMI_RESULT_STATUS(ret) FIELD_GET(RMI_RESULT_STATUS_MASK, ret)
#define RMI_RESULT_DATA_LEVEL(ret) FIELD_GET(RMI_RESULT_DATA_LEVEL_MASK, ret)

#ifndef RMITRACE_THEIR_RMI_SMCCC_INVOKE
/* Busy: again, without limit. Blocked: once more. What the caller then sees is the last answer. */
#define RMM_BLOCKED_RETRY_COUNT 2
static inline void rmi_smccc_invoke(struct arm_smccc_1_2_regs *regs)
{
	const struct arm_smccc_1_2_regs asked = *regs;

	for (int blocked = 0; blocked < RMM_BLOCKED_RETRY_COUNT;) {
		arm_smccc_1_2_smc(&asked, regs);
		if (RMI_RESULT_STATUS(regs->a0) == RMI_BLOCKED)
			blocked++;
		else if (RMI_RESULT_STATUS(regs->a0) != RMI_BUSY)
			return;
	}
}

#endif

unsigned long rmi_feat_reg(unsigned long index);

#endif
#endif
