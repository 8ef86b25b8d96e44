// The half in KVM, like May 2026, in our own words.
#include <linux/kvm_host.h>
#include <asm/kvm_mmu.h>
#include <asm/rmi_cmds.h>

bool rmi_is_available(void);

static int rmm_check_features(void)
{
	if (!kvm_lpa2_is_enabled() || u64_get_bits(rmm_feat_reg0, RMI_FEATURE_REGISTER_0_LPA2))
		return 0;
	kvm_err("RMM doesn't support LPA2");
	return -ENXIO;
}

void kvm_init_rmi(void)
{
	if (!is_kernel_in_hyp_mode() || !rmi_is_available())
		return;
	if (rmm_check_features())
		return;
	static_branch_enable(&kvm_rmi_is_available);
}
