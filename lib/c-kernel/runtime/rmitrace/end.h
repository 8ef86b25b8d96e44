/* Stands after the last line of every compiled file, where its macros are what its headers made of them. */
#ifdef RMI_ABI_MAJOR_VERSION
static void __attribute__((constructor)) rmitrace_wanted(void)
{
#ifdef RMI_ABI_MINOR_VERSION
	rmitrace_wants(RMI_ABI_MAJOR_VERSION, RMI_ABI_MINOR_VERSION);
#else
	rmitrace_wants(RMI_ABI_MAJOR_VERSION, 0);
#endif
}
#endif
