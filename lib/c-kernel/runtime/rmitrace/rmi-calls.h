/*
 * The calls of the RMI as functions. RMITRACE_THEIR_NAME is set for each that the source defines itself, and
 * rmitrace/theirs.h declares those that other places of it may use before.
 */
#ifndef RMITRACE_RMI_CALLS_H
#define RMITRACE_RMI_CALLS_H

#ifndef RMITRACE_THEIR_RMI_SRO_STATE
#define RMI_MAX_ADDR_LIST 256
struct rmi_sro_state {
	struct arm_smccc_1_2_regs regs;
	int addr_count;
	unsigned long addr_list[RMI_MAX_ADDR_LIST];
};
#else
struct rmi_sro_state;
#endif

#include <rmitrace/theirs.h>

/* One call by convention 1.1, which leaves the registers that it does not name as they were; its x0. */
#define RMITRACE_RMI_1_1(res, ...) ({ arm_smccc_1_1_invoke(__VA_ARGS__, &(res)); (res).a0; })
/* An operation that is not complete is no success: it cannot be carried on here. */
#define RMITRACE_COMPLETE(of, value) \
	(RMI_RETURN_STATUS(value) == RMI_INCOMPLETE ? (rmitrace_warn(of, "res.a0"), 1) : (int)(value))

#ifndef RMITRACE_THEIR_RMI_SMCCC_INVOKE
/* Busy: again, without limit. Blocked: the same, and in the queued code once more; the caller sees the last answer. */
#define RMM_BLOCKED_RETRY_COUNT 2
static inline void rmi_smccc_invoke(struct arm_smccc_1_2_regs *regs)
{
	const struct arm_smccc_1_2_regs asked = *regs;

	for (int blocked = 0; RMITRACE_ABI < 20 || blocked < RMM_BLOCKED_RETRY_COUNT;) {
		arm_smccc_1_2_smc(&asked, regs);
		if (RMI_RESULT_STATUS(regs->a0) == RMI_BLOCKED)
			blocked++;
		else if (RMI_RESULT_STATUS(regs->a0) != RMI_BUSY)
			return;
	}
}
#endif

#ifndef RMITRACE_THEIR_RMI_FEATURES
/* The value goes to `out` whatever the status is; from v16 on only where it is 0. */
static inline int rmi_features(unsigned long index, unsigned long *out)
{
	struct arm_smccc_res res;

	RMITRACE_RMI_1_1(res, SMC_RMI_FEATURES, index);
	if (out && (RMITRACE_ABI < 17 || res.a0 == 0))
		*out = res.a1;
	return (int)res.a0;
}
#endif

#ifndef RMITRACE_THEIR_RMI_RMM_CONFIG_SET
static inline int rmi_rmm_config_set(unsigned long page)
{
	struct arm_smccc_res res;

	return (int)RMITRACE_RMI_1_1(res, SMC_RMI_RMM_CONFIG_SET, page);
}
#endif

#ifndef RMITRACE_THEIR_RMI_RMM_CONFIG_GET
static inline int rmi_rmm_config_get(unsigned long page)
{
	struct arm_smccc_res res;

	return (int)RMITRACE_RMI_1_1(res, SMC_RMI_RMM_CONFIG_GET, page);
}
#endif

/* Since v15 memory is transferred during some operations: `*sro` holds what goes to and fro. */
#define rmi_sro_memxfer_cmd(sro, gfp, ...)                                                                             \
	({                                                                                                             \
		struct rmi_sro_state *of_ = (sro);                                                                     \
		of_->addr_count = 0;                                                                                   \
		of_->regs = (struct arm_smccc_1_2_regs){ __VA_ARGS__ };                                                \
		long done_ = rmi_sro_memxfer_execute(of_, gfp);                                                        \
		rmi_sro_free(of_);                                                                                     \
		done_;                                                                                                 \
	})

#define RMITRACE_FOURTH_OF(first, second, third, fourth, ...) fourth
#define RMITRACE_FIFTH_OF(first, second, third, fourth, fifth, sixth, ...) sixth

#ifndef RMITRACE_THEIR_RMI_RMM_ACTIVATE
static inline int rmitrace_activate(void)
{
	struct arm_smccc_res res;

	return (int)RMITRACE_RMI_1_1(res, SMC_RMI_RMM_ACTIVATE);
}
/* Up to v14 without an argument, then with the state of the operation. */
#define RMITRACE_ACTIVATE_0() rmitrace_activate()
#define RMITRACE_ACTIVATE_1(sro) rmi_sro_memxfer_cmd(sro, GFP_KERNEL, SMC_RMI_RMM_ACTIVATE)
#define RMITRACE_ACTIVATE_2(sro, gfp) rmi_sro_memxfer_cmd(sro, gfp, SMC_RMI_RMM_ACTIVATE)
#define rmi_rmm_activate(...) \
	RMITRACE_FOURTH_OF(_, ##__VA_ARGS__, RMITRACE_ACTIVATE_2, RMITRACE_ACTIVATE_1, RMITRACE_ACTIVATE_0)(__VA_ARGS__)
#endif

#ifndef RMITRACE_THEIR_RMI_GRANULE_TRACKING_GET
static inline int rmitrace_tracking(unsigned long a0, const struct arm_smccc_res *res, unsigned long *category,
				    unsigned long *state, unsigned long *top)
{
	if (category)
		*category = res->a1;
	if (state)
		*state = res->a2;
	if (top)
		*top = res->a3;
	return (int)a0;
}
/* v13 names the start alone, the others the end too, and are told how far the answer goes. */
#define RMITRACE_TRACKING_3(start, category, state)                                                                    \
	({ struct arm_smccc_res res_; unsigned long a0_ = RMITRACE_RMI_1_1(res_, SMC_RMI_GRANULE_TRACKING_GET, start); \
	   rmitrace_tracking(a0_, &res_, category, state, NULL); })
#define RMITRACE_TRACKING_5(start, end, category, state, top)                                                          \
	({ struct arm_smccc_res res_;                                                                                  \
	   unsigned long a0_ = RMITRACE_RMI_1_1(res_, SMC_RMI_GRANULE_TRACKING_GET, start, end);                       \
	   rmitrace_tracking(a0_, &res_, category, state, top); })
#define rmi_granule_tracking_get(...) \
	RMITRACE_FIFTH_OF(__VA_ARGS__, RMITRACE_TRACKING_5, _, RMITRACE_TRACKING_3, _, _)(__VA_ARGS__)
#endif

#ifndef RMITRACE_THEIR_RMI_GPT_L1_CREATE
static inline int rmitrace_gpt_l1_create(unsigned long address)
{
	struct arm_smccc_res res;
	unsigned long a0 = RMITRACE_RMI_1_1(res, SMC_RMI_GPT_L1_CREATE, address);

	return RMITRACE_COMPLETE("rmi_gpt_l1_create", a0);
}
#define RMITRACE_GPT_1(address) rmitrace_gpt_l1_create(address)
#define RMITRACE_GPT_2(address, sro) RMITRACE_GPT_3(address, sro, GFP_KERNEL)
#define RMITRACE_GPT_3(address, sro, gfp) rmi_sro_memxfer_cmd(sro, gfp, SMC_RMI_GPT_L1_CREATE, address)
#define rmi_gpt_l1_create(...) \
	RMITRACE_FOURTH_OF(__VA_ARGS__, RMITRACE_GPT_3, RMITRACE_GPT_2, RMITRACE_GPT_1)(__VA_ARGS__)
#endif

#define RMITRACE_RANGE(of, fid, base, top, out)                                                                            \
	({ struct arm_smccc_res res_; unsigned long a0_ = RMITRACE_RMI_1_1(res_, fid, base, top);                      \
	   unsigned long *out_ = (out); if (out_) *out_ = res_.a1; RMITRACE_COMPLETE(of, a0_); })
#ifndef RMITRACE_THEIR_RMI_GRANULE_RANGE_DELEGATE
#define rmi_granule_range_delegate(base, top, out) \
	RMITRACE_RANGE("rmi_granule_range_delegate", SMC_RMI_GRANULE_RANGE_DELEGATE, base, top, out)
#endif
#ifndef RMITRACE_THEIR_RMI_GRANULE_RANGE_UNDELEGATE
#define rmi_granule_range_undelegate(base, top, out) \
	RMITRACE_RANGE("rmi_granule_range_undelegate", SMC_RMI_GRANULE_RANGE_UNDELEGATE, base, top, out)
#endif
#ifndef RMITRACE_THEIR_RMI_DELEGATE_PAGE
#define rmi_delegate_page(pa) rmi_delegate_range(pa, PAGE_SIZE, NULL)
#endif
#ifndef RMITRACE_THEIR_RMI_UNDELEGATE_PAGE
#define rmi_undelegate_page(pa) rmi_undelegate_range(pa, PAGE_SIZE)
#endif

#endif
