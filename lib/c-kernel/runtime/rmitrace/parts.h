/*
 * What stands around parts of files that a patch changes and that are not at hand: rows of a table of ID registers, the
 * call in kvm_arm_init, and the queries of a VM.
 */
#ifndef RMITRACE_PARTS_H
#define RMITRACE_PARTS_H

/* A field of an ID register, as arch/arm64 describes it: a row without a width ends a table. */
enum ftr_type { FTR_EXACT, FTR_LOWER_SAFE, FTR_HIGHER_SAFE, FTR_HIGHER_OR_ZERO_SAFE };
struct arm64_ftr_bits { bool sign, visible, strict; enum ftr_type type; u8 shift, width; s64 safe_val; };

#define FTR_SIGNED true
#define FTR_UNSIGNED false
#define FTR_VISIBLE true
#define FTR_HIDDEN false
#define FTR_VISIBLE_IF_IS_ENABLED(option) (IS_ENABLED(option) ? FTR_VISIBLE : FTR_HIDDEN)
#define FTR_STRICT true
#define FTR_NONSTRICT false
#define RMITRACE_FTR_BITS(sign, visible, strict, type, shift, width, safe) { sign, visible, strict, type, shift, width, safe }
#define ARM64_FTR_BITS(...) RMITRACE_FTR_BITS(FTR_UNSIGNED, __VA_ARGS__)
#define S_ARM64_FTR_BITS(...) RMITRACE_FTR_BITS(FTR_SIGNED, __VA_ARGS__)
#define ARM64_FTR_END { .width = 0 }

#define RMITRACE_ADDED(table) static const struct arm64_ftr_bits rmitrace_##table##_RMITRACE_ADDED[] = {
#define RMITRACE_REMOVED(table) static const struct arm64_ftr_bits rmitrace_##table##_RMITRACE_REMOVED[] = {
#define RMITRACE_ROWS_END(table, change)                                                                               \
	ARM64_FTR_END };                                                                                               \
	static void __attribute__((constructor)) rmitrace_says_##table##_##change(void)                                \
	{                                                                                                              \
		for (const struct arm64_ftr_bits *row = rmitrace_##table##_##change; row->width != 0; row++)           \
			rmitrace_row(#change, #table, row->sign, row->strict, row->type, row->shift, row->width,       \
				     row->safe_val);                                                                   \
	}                                                                                                              \
	_Static_assert(1, "")

/* The statement of kvm_arm_init that calls the check. 0: it goes on; else what it returns. */
#define RMITRACE_CALL(function, type)                                                                                  \
	type function(void);                                                                                           \
	static int rmitrace_statement(bool in_hyp_mode)                                                                \
	{                                                                                                              \
		int err = 0, ret = 0;                                                                                  \
		(void)err, (void)ret, (void)in_hyp_mode;
#define RMITRACE_CALLED                                                                                                \
		return 0;                                                                                              \
	}                                                                                                              \
	static long rmitrace_run_kvm_arm_init(void) { return rmitrace_statement(rmitrace_given("in_hyp_mode") != 0); }\
	static void __attribute__((constructor)) rmitrace_has_kvm_arm_init(void)                                       \
	{                                                                                                              \
		rmitrace_entry("kvm_arm_init", rmitrace_run_kvm_arm_init);                                             \
	}

/* What a query answers for a VM that its user asked to be a realm, in that state. */
#define RMITRACE_SUBJECT_kvm_is_realm &vm
#define RMITRACE_SUBJECT_kvm_realm_state &vm
#define RMITRACE_SUBJECT_vcpu_is_rec &vcpu
#define RMITRACE_QUERY(query, in_state)                                                                                \
	static long rmitrace_run_##query##_##in_state(void)                                                            \
	{                                                                                                              \
		static struct kvm vm;                                                                                  \
		static struct kvm_vcpu vcpu;                                                                           \
		vm.arch.is_realm = true;                                                                               \
		vm.arch.realm.state = in_state;                                                                        \
		vcpu.kvm = &vm;                                                                                        \
		return (long)query(RMITRACE_SUBJECT_##query);                                                          \
	}                                                                                                              \
	static void __attribute__((constructor)) rmitrace_has_##query##_##in_state(void)                               \
	{                                                                                                              \
		rmitrace_entry(#query ":" #in_state, rmitrace_run_##query##_##in_state);                               \
	}                                                                                                              \
	_Static_assert(1, "")

#endif
