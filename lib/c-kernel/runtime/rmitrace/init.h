/* Static keys, initcalls and locks. There is one CPU and one task, so a lock is never contended. */
#ifndef RMITRACE_INIT_H
#define RMITRACE_INIT_H

/* One type for both kinds: a key that starts otherwise than it is declared shows when it is asked. */
struct static_key { bool enabled; const char *name; };
#define static_key_false static_key_of_either
#define static_key_true static_key_of_either
struct static_key_of_either { struct static_key key; };

#define DEFINE_STATIC_KEY_FALSE(name) struct static_key_false name = { { false, #name } }
#define DEFINE_STATIC_KEY_FALSE_RO(name) DEFINE_STATIC_KEY_FALSE(name)
#define DEFINE_STATIC_KEY_TRUE(name) struct static_key_true name = { { true, #name } }
#define DECLARE_STATIC_KEY_FALSE(name) extern struct static_key_false name
#define DECLARE_STATIC_KEY_TRUE(name) extern struct static_key_true name
#define STATIC_KEY_FALSE_INIT { { false, "a static key" } }
#define static_branch_likely(which) likely((which)->key.enabled)
#define static_branch_unlikely(which) unlikely((which)->key.enabled)
#define static_key_enabled(which) ((which)->key.enabled)
#define static_branch_enable(which) ((void)((which)->key.enabled = true), rmitrace_key((which)->key.name))
#define static_branch_disable(which) ((void)((which)->key.enabled = false))

DECLARE_STATIC_KEY_FALSE(kvm_rmi_is_available);
DECLARE_STATIC_KEY_FALSE(kvm_rme_is_available);

/* What a function returns; 0 for one that returns nothing. Stands behind the file that defines it. */
#define RMITRACE_ENTRY(function)                                                                                       \
	static long rmitrace_run_##function(void)                                                                      \
	{                                                                                                              \
		return (long)__builtin_choose_expr(                                                                    \
			__builtin_types_compatible_p(__typeof__(function()), void), (function(), 0), function());      \
	}                                                                                                              \
	static void __attribute__((constructor)) rmitrace_has_##function(void)                                         \
	{                                                                                                              \
		rmitrace_entry(#function, rmitrace_run_##function);                                                    \
	}                                                                                                              \
	_Static_assert(1, "")

/* What each call of a function from here on returns, under its name. */
#define RMITRACE_RETURNING(function, ...)                                                                              \
	({ __auto_type returned_ = function(__VA_ARGS__); rmitrace_return(#function, (long)returned_); returned_; })

/* Which initcalls run, and when, is decided outside. */
#define RMITRACE_INITCALL(function) static __typeof__(&(function)) rmitrace_initcall_##function __maybe_unused = function
#define pure_initcall(function) RMITRACE_INITCALL(function)
#define core_initcall(function) RMITRACE_INITCALL(function)
#define postcore_initcall(function) RMITRACE_INITCALL(function)
#define arch_initcall(function) RMITRACE_INITCALL(function)
#define subsys_initcall(function) RMITRACE_INITCALL(function)
#define fs_initcall(function) RMITRACE_INITCALL(function)
#define device_initcall(function) RMITRACE_INITCALL(function)
#define late_initcall(function) RMITRACE_INITCALL(function)
#define module_init(function) RMITRACE_INITCALL(function)
#define module_exit(function) RMITRACE_INITCALL(function)

struct mutex { int held; };
typedef struct { int held; } spinlock_t;
typedef struct { int counter; } atomic_t;
#define DEFINE_MUTEX(name) struct mutex name
#define DEFINE_SPINLOCK(name) spinlock_t name
#define mutex_init(lock) ((void)(lock))
#define mutex_lock(lock) ((void)(lock))
#define mutex_unlock(lock) ((void)(lock))
#define spin_lock_init(lock) ((void)(lock))
#define spin_lock(lock) ((void)(lock))
#define spin_unlock(lock) ((void)(lock))
#define lockdep_assert_held(lock) ((void)(lock))

#endif
