/*
 * The RMI, where the source brings no header that has it. RMITRACE_ABI chooses: 13 as in the series up to v14, where the
 * major revision is whatever stands above bit 15; 17 as in trees of the time of v15 to v19, which have the same and a
 * retry loop without limit; 20 as in the code queued in October 2026, where the major revision ends at bit 30 and the
 * retry loop has a limit. RMITRACE_WANTS_* is what to ask for.
 */
#ifndef RMITRACE_RMI_H
#define RMITRACE_RMI_H
#pragma GCC system_header

#define RMI_ABI_MAJOR_VERSION RMITRACE_WANTS_MAJOR
#define RMI_ABI_MINOR_VERSION RMITRACE_WANTS_MINOR

#if RMITRACE_ABI < 20
#define RMI_ABI_VERSION(major, minor) (((major) << 16) | (minor))
#define RMI_ABI_VERSION_GET_MAJOR(version) ((version) >> 16)
#define RMI_ABI_VERSION_GET_MINOR(version) ((version) & 0xffff)
#else
#define RMI_ABI_VERSION_MAJOR_MASK GENMASK(30, 16)
#define RMI_ABI_VERSION_MINOR_MASK GENMASK(15, 0)
#define RMI_ABI_VERSION(major, minor) \
	(FIELD_PREP(RMI_ABI_VERSION_MAJOR_MASK, (major)) | FIELD_PREP(RMI_ABI_VERSION_MINOR_MASK, (minor)))
#define RMI_ABI_VERSION_GET_MAJOR(version) FIELD_GET(RMI_ABI_VERSION_MAJOR_MASK, (version))
#define RMI_ABI_VERSION_GET_MINOR(version) FIELD_GET(RMI_ABI_VERSION_MINOR_MASK, (version))
#endif

#include <rmitrace/rmi-numbers.h>
#include <rmitrace/rmi-calls.h>

#endif
