/* A step of Adam in one pass over memory: what nnapp/engine/optimizers.py says in NumPy, in the same order of the same
   operations, so that the weights are the same to the last bit. Compiled with -ffp-contract=off, since a product and a
   sum in one instruction would round once where NumPy rounds twice. */

#include <float.h>
#include <math.h>
#include <stddef.h>

/* Rather none than one with other bits: the x87 unit of 32-bit processors computes with more digits than NumPy, and
   CFLAGS with -ffast-math takes other operations. */
#if FLT_EVAL_METHOD != 0 || defined(__FAST_MATH__)
#error "Adam's step cannot be compiled with the rounding of NumPy here."
#endif

/* On Linux with processors of Intel and AMD, one copy for each width of their vectors; the system takes the widest
   that the processor has when the library is loaded. Elsewhere the compiler's own choice. */
#if defined(__x86_64__) && defined(__GLIBC__) && defined(__GNUC__) && !defined(__clang__)
#define FOR_EVERY_WIDTH __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define FOR_EVERY_WIDTH
#endif

#define ADAM_STEP(name, number, root)                                                                                  \
    FOR_EVERY_WIDTH void name(size_t n, number *restrict weights, const number *restrict gradient,                     \
                              number *restrict mean, number *restrict mean_square, number beta1, number beta2,         \
                              number epsilon, number factor)                                                           \
    {                                                                                                                  \
        for (size_t i = 0; i < n; i++) {                                                                               \
            const number g = gradient[i];                                                                              \
            const number m = mean[i] * beta1 + g;                                                                      \
            const number v = mean_square[i] * beta2 + g * g;                                                           \
            mean[i] = m;                                                                                               \
            mean_square[i] = v;                                                                                        \
            weights[i] -= m / (root(v) + epsilon) * factor;                                                            \
        }                                                                                                              \
    }

ADAM_STEP(adam_step_float32, float, sqrtf)
ADAM_STEP(adam_step_float64, double, sqrt)
