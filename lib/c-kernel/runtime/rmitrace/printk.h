/*
 * printk and what warns. A line keeps the `kvm [pid]: ` that kvm_info and kvm_err put before it; pr_fmt is looked up
 * where it is used, so a file may define it before its first #include as files of the kernel do.
 */
#ifndef RMITRACE_PRINTK_H
#define RMITRACE_PRINTK_H

#define KERN_SOH "\001"
#define KERN_EMERG KERN_SOH "0"
#define KERN_ALERT KERN_SOH "1"
#define KERN_CRIT KERN_SOH "2"
#define KERN_ERR KERN_SOH "3"
#define KERN_WARNING KERN_SOH "4"
#define KERN_NOTICE KERN_SOH "5"
#define KERN_INFO KERN_SOH "6"
#define KERN_DEBUG KERN_SOH "7"
#define KERN_DEFAULT ""
#define KERN_CONT ""

#ifndef pr_fmt
#define pr_fmt(fmt) fmt
#endif

#define printk(fmt, ...) rmitrace_printk(fmt, ##__VA_ARGS__)
#define pr_emerg(fmt, ...) printk(KERN_EMERG pr_fmt(fmt), ##__VA_ARGS__)
#define pr_alert(fmt, ...) printk(KERN_ALERT pr_fmt(fmt), ##__VA_ARGS__)
#define pr_crit(fmt, ...) printk(KERN_CRIT pr_fmt(fmt), ##__VA_ARGS__)
#define pr_err(fmt, ...) printk(KERN_ERR pr_fmt(fmt), ##__VA_ARGS__)
#define pr_warn(fmt, ...) printk(KERN_WARNING pr_fmt(fmt), ##__VA_ARGS__)
#define pr_notice(fmt, ...) printk(KERN_NOTICE pr_fmt(fmt), ##__VA_ARGS__)
#define pr_info(fmt, ...) printk(KERN_INFO pr_fmt(fmt), ##__VA_ARGS__)

/* Without DEBUG and dynamic debug these print nothing; their arguments are still looked at by the compiler. */
#define pr_debug(fmt, ...) ((void)(0 ? printk(KERN_DEBUG pr_fmt(fmt), ##__VA_ARGS__) : 0))
#define pr_devel(fmt, ...) pr_debug(fmt, ##__VA_ARGS__)

/* Once in a boot. */
#define RMITRACE_ONCE(what) ({ static bool done_; if (!done_) { done_ = true; what; } })
#define pr_err_once(fmt, ...) RMITRACE_ONCE(pr_err(fmt, ##__VA_ARGS__))
#define pr_warn_once(fmt, ...) RMITRACE_ONCE(pr_warn(fmt, ##__VA_ARGS__))
#define pr_info_once(fmt, ...) RMITRACE_ONCE(pr_info(fmt, ##__VA_ARGS__))
#define pr_err_ratelimited pr_err
#define pr_warn_ratelimited pr_warn
#define pr_info_ratelimited pr_info

/* At boot the current task is the init task. */
#define current ((struct task_struct *)&(struct task_struct){ .pid = 1 })
#define task_pid_nr(task) ((task)->pid)

#define kvm_err(fmt, ...) pr_err("kvm [%i]: " fmt, task_pid_nr(current), ##__VA_ARGS__)
#define kvm_info(fmt, ...) pr_info("kvm [%i]: " fmt, task_pid_nr(current), ##__VA_ARGS__)
#define kvm_debug(fmt, ...) pr_debug("kvm [%i]: " fmt, task_pid_nr(current), ##__VA_ARGS__)
#define kvm_pr_unimpl(fmt, ...) pr_err("kvm [%i]: " fmt, task_pid_nr(current), ##__VA_ARGS__)

#define WARN_ON(condition) ({ bool warn_ = !!(condition); if (warn_) rmitrace_warn(__func__, #condition); warn_; })
#define WARN_ON_ONCE(condition) \
	({ static bool warned_; bool warn_ = !!(condition); \
	   if (warn_ && !warned_) { warned_ = true; rmitrace_warn(__func__, #condition); } warn_; })
#define WARN(condition, fmt, ...) \
	({ bool warn_ = !!(condition); if (warn_) rmitrace_warn_text(__func__, fmt, ##__VA_ARGS__); warn_; })
#define WARN_ONCE(condition, fmt, ...) \
	({ static bool warned_; bool warn_ = !!(condition); \
	   if (warn_ && !warned_) { warned_ = true; rmitrace_warn_text(__func__, fmt, ##__VA_ARGS__); } warn_; })
#define BUG() rmitrace_stop("BUG in %s", __func__)
#define BUG_ON(condition) do { if (condition) rmitrace_stop("BUG_ON(%s) in %s", #condition, __func__); } while (0)
#define panic(fmt, ...) rmitrace_stop("panic: " fmt, ##__VA_ARGS__)

#endif
