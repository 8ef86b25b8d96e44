/* Bits and fields, with the types that the kernel's have: GENMASK and BIT are unsigned long, *_ULL and u64_* 64 bits. */
#ifndef RMITRACE_BITS_H
#define RMITRACE_BITS_H

#define BITS_PER_LONG 64
#define BITS_PER_LONG_LONG 64
#define BITS_PER_BYTE 8

#define BIT(bit) (1UL << (bit))
#define BIT_ULL(bit) (1ULL << (bit))
#define GENMASK(high, low) ((~0UL << (low)) & (~0UL >> (63 - (high))))
#define GENMASK_ULL(high, low) ((~0ULL << (low)) & (~0ULL >> (63 - (high))))
#define GENMASK_U32(high, low) ((u32)GENMASK(high, low))
#define GENMASK_U64(high, low) ((u64)GENMASK_ULL(high, low))

#define __bf_shf(mask) __builtin_ctzll(mask)
#define FIELD_MAX(mask) ((__typeof__(mask))((mask) >> __bf_shf(mask)))
#define FIELD_FIT(mask, value) (!((((__typeof__(mask))(value)) << __bf_shf(mask)) & ~(mask)))
#define FIELD_PREP(mask, value) ((__typeof__(mask))(((__typeof__(mask))(value) << __bf_shf(mask)) & (mask)))
#define FIELD_PREP_CONST(mask, value) FIELD_PREP(mask, value)
#define FIELD_GET(mask, reg) ((__typeof__(mask))(((reg) & (mask)) >> __bf_shf(mask)))
#define FIELD_MODIFY(mask, place, value) ((void)(*(place) = (*(place) & ~(mask)) | FIELD_PREP(mask, value)))

#define RMITRACE_FIELD_OPS(type)                                                                                       \
	static inline type type##_get_bits(type value, type field) { return (value & field) >> __bf_shf(field); }      \
	static inline type type##_encode_bits(type value, type field) { return (value << __bf_shf(field)) & field; }   \
	static inline type type##_replace_bits(type old, type value, type field)                                       \
	{                                                                                                              \
		return (old & ~field) | type##_encode_bits(value, field);                                              \
	}                                                                                                              \
	static inline void type##p_replace_bits(type *place, type value, type field)                                   \
	{                                                                                                              \
		*place = type##_replace_bits(*place, value, field);                                                    \
	}

RMITRACE_FIELD_OPS(u8)
RMITRACE_FIELD_OPS(u16)
RMITRACE_FIELD_OPS(u32)
RMITRACE_FIELD_OPS(u64)

static inline int fls64(u64 value) { return value == 0 ? 0 : 64 - __builtin_clzll(value); }
static inline int fls(unsigned int value) { return value == 0 ? 0 : 32 - __builtin_clz(value); }
#define __ffs(value) ((unsigned long)__builtin_ctzl(value))
#define __fls(value) (63UL - (unsigned long)__builtin_clzl(value))
#define ilog2(value) (fls64(value) - 1)
#define hweight64(value) ((unsigned long)__builtin_popcountll(value))
#define hweight_long(value) ((unsigned long)__builtin_popcountl(value))
#define is_power_of_2(value) ((value) != 0 && ((value) & ((value) - 1)) == 0)

static inline bool test_bit(long nr, const volatile unsigned long *map)
{
	return (map[nr / BITS_PER_LONG] >> (nr % BITS_PER_LONG)) & 1;
}
#define __set_bit(nr, map) ((void)((map)[(nr) / BITS_PER_LONG] |= BIT((nr) % BITS_PER_LONG)))
#define __clear_bit(nr, map) ((void)((map)[(nr) / BITS_PER_LONG] &= ~BIT((nr) % BITS_PER_LONG)))
#define set_bit(nr, map) __set_bit(nr, map)
#define clear_bit(nr, map) __clear_bit(nr, map)

#endif
