/* What is given back when its name goes out of scope: __free(NAME), guard(NAME)(lock). */
#ifndef RMITRACE_CLEANUP_H
#define RMITRACE_CLEANUP_H

#define __cleanup(function) __attribute__((cleanup(function)))

/* `how` is given the value as _T. */
#define DEFINE_FREE(name, type, how) \
	static inline void __free_##name(void *place) { type _T = *(type *)place; how; }
#define __free(name) __cleanup(__free_##name)
#define no_free_ptr(place) ({ __auto_type kept_ = (place); (place) = NULL; kept_; })
#define return_ptr(place) return no_free_ptr(place)
#define retain_and_null_ptr(place) ((void)no_free_ptr(place))

/* There is one task: whatever guards against others has nothing to do. */
#define guard(name) (void)
#define scoped_guard(name, ...) for (bool once_ = true; once_; once_ = false)

DEFINE_FREE(kfree, void *, if (_T) kfree(_T))
DEFINE_FREE(kvfree, void *, if (_T) kvfree(_T))
DEFINE_FREE(free_page, void *, free_page((unsigned long)_T))
DEFINE_FREE(bitmap, unsigned long *, bitmap_free(_T))

#endif
