/*
 * What the check sees of KVM: how the kernel was booted, and the two members of struct kvm_arch that the series adds.
 * RMITRACE_REALM_HEADER is the source's own header of struct realm, where it brings one.
 */
#ifndef RMITRACE_KVM_H
#define RMITRACE_KVM_H

#ifdef RMITRACE_REALM_HEADER
#include RMITRACE_REALM_HEADER
#else
enum realm_state {
	REALM_STATE_NONE,
	REALM_STATE_NEW,
	REALM_STATE_ACTIVE,
	REALM_STATE_DYING,
	REALM_STATE_DEAD,
};
struct realm { enum realm_state state; };
#endif

#ifdef RMITRACE_THEIR_KVM_ARCH
struct kvm_arch {
#include <rmitrace/kvm-arch.h>
};
#line 1 "rmitrace/kvm.h"
#else
struct kvm_arch { bool is_realm; struct realm realm; };
#endif
struct kvm { struct kvm_arch arch; };
struct kvm_vcpu { struct kvm *kvm; };

/* Names of kvm-arm.mode; the machine's fact kvm_mode has the first four. */
enum kvm_mode { KVM_MODE_DEFAULT, KVM_MODE_PROTECTED, KVM_MODE_NV, KVM_MODE_NONE, KVM_MODE_RMM };
enum kvm_mode kvm_get_mode(void);

#define is_kernel_in_hyp_mode() rmitrace_fact_bool("in_hyp_mode")
#define is_hyp_mode_available() rmitrace_fact_bool("hyp_mode_available")
#define is_protected_kvm_enabled() (kvm_get_mode() == KVM_MODE_PROTECTED)
#define system_supports_lpa2() rmitrace_fact_bool("lpa2")
#define kvm_lpa2_is_enabled() system_supports_lpa2()
#define kvm_get_vmid_bits() ((u32)rmitrace_fact_number("vmid_bits"))

#endif
