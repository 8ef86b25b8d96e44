// The header of what follows, in our own words: the calls of the init, as of May 2026.
#ifndef __ASM_RMI_CMDS_H
#define __ASM_RMI_CMDS_H

#include <linux/arm-smccc.h>
#include <asm/rmi_smc.h>

extern unsigned long rmm_feat_reg0, rmm_feat_reg1;

#define RMI_MAX_ADDR_LIST 256
struct rmi_sro_state {
	struct arm_smccc_1_2_regs regs;
	unsigned long addr_count, addr_list[RMI_MAX_ADDR_LIST];
};
unsigned long rmi_sro_execute(struct rmi_sro_state *sro, gfp_t gfp);

static inline int rmi_features(unsigned long index, unsigned long *out)
{
	struct arm_smccc_res res;

	arm_smccc_1_1_invoke(SMC_RMI_FEATURES, index, &res);
	if (out)
		*out = res.a1;
	return res.a0;
}

static inline int rmi_rmm_config_set(unsigned long page)
{
	struct arm_smccc_res res;

	arm_smccc_1_1_invoke(SMC_RMI_RMM_CONFIG_SET, page, &res);
	return res.a0;
}

static inline int rmi_rmm_activate(void)
{
	struct arm_smccc_res res;

	arm_smccc_1_1_invoke(SMC_RMI_RMM_ACTIVATE, &res);
	return res.a0;
}

static inline int rmi_granule_tracking_get(unsigned long start, unsigned long end, unsigned long *category,
					   unsigned long *state, unsigned long *top)
{
	struct arm_smccc_res res;

	arm_smccc_1_1_invoke(SMC_RMI_GRANULE_TRACKING_GET, start, end, &res);
	*category = res.a1;
	*state = res.a2;
	*top = res.a3;
	return res.a0;
}

static inline int rmi_gpt_l1_create(unsigned long address)
{
	struct arm_smccc_res res;

	arm_smccc_1_1_invoke(SMC_RMI_GPT_L1_CREATE, address, &res);
	if (RMI_RETURN_STATUS(res.a0) == RMI_INCOMPLETE)
		return WARN_ON(res.a0);
	return res.a0;
}

static inline int rmi_rec_create(unsigned long rd, unsigned long rec, struct rmi_sro_state *sro)
{
	*sro = (struct rmi_sro_state){ .regs = { SMC_RMI_REC_CREATE, rd, rec } };
	return rmi_sro_execute(sro, GFP_KERNEL);
}

#endif
