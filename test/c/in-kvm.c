// The half in KVM, like May 2026, in our own words: it asks what the other half found.
#include <linux/kvm_host.h>
#include <asm/kvm_emulate.h>
#include <asm/rmi_cmds.h>

extern unsigned long rmm_feat_reg0;
bool rmi_is_available(void);

void kvm_init_rmi(void)
{
	if (!is_kernel_in_hyp_mode())
		return;
	if (!rmi_is_available())
		return;
	kvm_info("features %lx\n", rmm_feat_reg0);
	static_branch_enable(&kvm_rmi_is_available);
}
