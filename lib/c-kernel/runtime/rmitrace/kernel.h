/*
 * Stands before the first line of every compiled file: what a check of the RMI revision uses of the kernel. Written
 * for rmitrace from what these interfaces do; the source's own headers and those of --shim go before any of it.
 */
#ifndef RMITRACE_KERNEL_H
#define RMITRACE_KERNEL_H
#pragma GCC system_header

#define __KERNEL__ 1
#define CONFIG_64BIT 1
#define CONFIG_ARM64 1
#define CONFIG_KVM 1
#define CONFIG_ARM_RMM_RMI 1
#define CONFIG_MEMORY_HOTPLUG 1

#include <rmitrace/port.h>
#include <rmitrace/base.h>
#include <rmitrace/bits.h>
#include <rmitrace/printk.h>
#include <rmitrace/smccc.h>
#include <rmitrace/registers.h>
#include <rmitrace/memory.h>
#include <rmitrace/memblock.h>
#include <rmitrace/cleanup.h>
#include <rmitrace/init.h>

#endif
