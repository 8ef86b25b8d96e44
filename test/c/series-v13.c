// All of the init in KVM, like March 2026, in our own words.
#include <linux/kvm_host.h>
#include <linux/memblock.h>
#include <asm/kvm_mmu.h>
#include <asm/kvm_pgtable.h>
#include <asm/rmi_cmds.h>
#include <asm/virt.h>

static unsigned long rmm_feat_reg0, rmm_feat_reg1;

static int rmi_check_version(void)
{
	struct arm_smccc_res res;
	unsigned long pfr0 = read_sanitised_ftr_reg(SYS_ID_AA64PFR0_EL1);
	unsigned short major, minor;

	if (!cpuid_feature_extract_unsigned_field(pfr0, ID_AA64PFR0_EL1_RME_SHIFT))
		return -ENXIO;
	arm_smccc_1_1_invoke(SMC_RMI_VERSION, RMI_ABI_VERSION(RMI_ABI_MAJOR_VERSION, RMI_ABI_MINOR_VERSION), &res);
	if (res.a0 == SMCCC_RET_NOT_SUPPORTED)
		return -ENXIO;
	major = RMI_ABI_VERSION_GET_MAJOR(res.a1);
	minor = RMI_ABI_VERSION_GET_MINOR(res.a1);
	if (res.a0 != RMI_SUCCESS) {
		kvm_err("Unsupported RMI ABI (v%d.%d - v%d.%d) we want v%d.%d\n", major, minor,
			(unsigned short)RMI_ABI_VERSION_GET_MAJOR(res.a2), (unsigned short)RMI_ABI_VERSION_GET_MINOR(res.a2),
			RMI_ABI_MAJOR_VERSION, RMI_ABI_MINOR_VERSION);
		return -ENXIO;
	}
	kvm_info("RMI ABI version %d.%d\n", major, minor);
	return 0;
}

#ifdef CONFIG_PAGE_SIZE_4KB
#define TRACKED SZ_1G
#elif defined(CONFIG_PAGE_SIZE_16KB)
#define TRACKED SZ_32M
#elif defined(CONFIG_PAGE_SIZE_64KB)
#define TRACKED SZ_512M
#endif

static int rmi_configure(void)
{
	struct rmm_config *page __free(free_page) = (struct rmm_config *)get_zeroed_page(GFP_KERNEL);

	BUILD_BUG_ON(sizeof(*page) > PAGE_SIZE);
	if (!page)
		return -ENOMEM;
	switch (PAGE_SIZE) {
	case SZ_4K: page->rmi_granule_size = RMI_GRANULE_SIZE_4KB; break;
	case SZ_16K: page->rmi_granule_size = RMI_GRANULE_SIZE_16KB; break;
	case SZ_64K: page->rmi_granule_size = RMI_GRANULE_SIZE_64KB; break;
	default: kvm_err("Unsupported PAGE_SIZE for RMM\n"); return -EINVAL;
	}
	if (rmi_rmm_config_set(virt_to_phys(page))) {
		kvm_err("RMM config set failed\n");
		return -EINVAL;
	}
	if (rmi_rmm_activate()) {
		kvm_err("RMM activate failed\n");
		return -ENXIO;
	}
	return 0;
}

static int tracked(phys_addr_t start, phys_addr_t end)
{
	end = ALIGN(end, TRACKED);
	for (start = ALIGN_DOWN(start, TRACKED); start < end; start += TRACKED) {
		unsigned long category, state;
		unsigned long ret = rmi_granule_tracking_get(start, &category, &state);

		if (ret != RMI_SUCCESS || state != RMI_TRACKING_FINE || category != RMI_MEM_CATEGORY_CONVENTIONAL) {
			kvm_err("Granule tracking for region isn't fine/conventional: %llx", start);
			return -ENODEV;
		}
	}
	return 0;
}

static int tables(phys_addr_t start, phys_addr_t end)
{
	unsigned long size = 1UL << (30 + FIELD_GET(RMI_FEATURE_REGISTER_1_L0GPTSZ, rmm_feat_reg1));

	end = ALIGN(end, size);
	for (start = ALIGN_DOWN(start, size); start < end; start += size) {
		int ret = rmi_gpt_l1_create(start);

		if (ret && ret != RMI_ERROR_GPT) {
			kvm_err("GPT Level1 table missing for %llx\n", start);
			return -ENOMEM;
		}
	}
	return 0;
}

static int rmi_init_metadata(void)
{
	const struct memblock_region *region;

	for_each_mem_region(region) {
		phys_addr_t start = memblock_region_memory_base_pfn(region) << PAGE_SHIFT;
		phys_addr_t end = memblock_region_memory_end_pfn(region) << PAGE_SHIFT;
		int ret = tracked(start, end);

		if (!ret)
			ret = tables(start, end);
		if (ret)
			return ret;
	}
	return 0;
}

/* Realms come later: nothing of this is reached at boot. */
int kvm_activate_realm(struct kvm *kvm)
{
	guard(mutex)(&kvm->arch.config_lock);
	return undelegate_all_of(kvm->arch.mmu.pgd_phys, kvm_pgtable_stage2_pgd_size(kvm->arch.mmu.vtcr));
}

static int rmm_check_features(void)
{
	if (!kvm_lpa2_is_enabled() || u64_get_bits(rmm_feat_reg0, RMI_FEATURE_REGISTER_0_LPA2))
		return 0;
	kvm_err("RMM doesn't support LPA2");
	return -ENXIO;
}

void kvm_init_rmi(void)
{
	if (rmi_check_version())
		return;
	if (WARN_ON(rmi_features(0, &rmm_feat_reg0)))
		return;
	if (WARN_ON(rmi_features(1, &rmm_feat_reg1)))
		return;
	if (rmm_check_features())
		return;
	if (rmi_configure())
		return;
	if (rmi_init_metadata())
		return;
	static_branch_enable(&kvm_rmi_is_available);
}
