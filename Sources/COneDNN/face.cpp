#include "COneDNN.h"

#include <oneapi/dnnl/dnnl.hpp>

#include <dlfcn.h>

#include <array>
#include <unordered_map>
#include <vector>

using dnnl::matmul;
using dnnl::memory;

struct OneDNNPacked {
    dnnl::memory memory;
};

namespace {

dnnl::engine &engine() {
    static dnnl::engine cpu(dnnl::engine::kind::cpu, 0);
    return cpu;
}

memory::dim dim(size_t value) { return static_cast<memory::dim>(value); }

using Key = std::array<size_t, 12>;

struct KeyHash {
    size_t operator()(const Key &key) const {
        size_t hash = 0;
        for (size_t part : key) hash = hash * 1000003 + part;
        return hash;
    }
};

// Work is shared out above this face, so whatever OpenMP runtime the library came with is told to use the calling thread alone. The setting
// is each thread's own.
bool use_no_other_thread() {
    if (auto set = reinterpret_cast<void (*)(int)>(dlsym(RTLD_DEFAULT, "omp_set_num_threads"))) set(1);
    return true;
}

// A product of one shape, ready to run once its matrices are told where they lie. Making one takes 0.1 ms or more, so each thread keeps those
// that it has made.
struct Product {
    matmul primitive;
    size_t scratch_bytes;
    std::unordered_map<int, memory> matrices;
};

matmul::primitive_desc describe(const memory::desc &a, const memory::desc &b, const memory::desc *bias, const memory::desc &c, bool adds) {
    dnnl::primitive_attr attributes;
    attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);  // the library's own would be shared between threads
    if (adds) {
        dnnl::post_ops operations;
        operations.append_sum(1.0f);
        attributes.set_post_ops(operations);
    }
#if DNNL_VERSION_MAJOR >= 3
    return bias ? matmul::primitive_desc(engine(), a, b, *bias, c, attributes) : matmul::primitive_desc(engine(), a, b, c, attributes);
#else
    return matmul::primitive_desc(bias ? matmul::desc(a, b, *bias, c) : matmul::desc(a, b, c), attributes, engine());
#endif
}

using type = memory::data_type;

type left_type(OneDNNKind kind) { return kind == onednn_f32 ? type::f32 : kind == onednn_bf16 ? type::bf16 : type::u8; }
type right_type(OneDNNKind kind) { return kind == onednn_f32 ? type::f32 : kind == onednn_bf16 ? type::bf16 : type::s8; }
type answer_type(OneDNNKind kind) { return kind == onednn_u8s8 ? type::s32 : type::f32; }

memory::desc strided(size_t rows, size_t columns, type of, const OneDNNMatrix &matrix) {
    return {{dim(rows), dim(columns)}, of, memory::dims{dim(matrix.row), dim(matrix.column)}};
}

Product make(OneDNNKind kind, const OneDNNMatrix &a, const OneDNNMatrix &b, bool has_bias, size_t c_row, size_t m, size_t n, size_t k, bool adds) {
    const auto a_shape = strided(m, k, left_type(kind), a);
    const auto b_shape = b.packed ? b.packed->memory.get_desc() : strided(k, n, right_type(kind), b);
    const memory::desc c_shape({dim(m), dim(n)}, answer_type(kind), memory::dims{dim(c_row), 1});
    const memory::desc bias_shape({1, dim(n)}, type::f32, memory::format_tag::ab);
    const auto description = describe(a_shape, b_shape, has_bias ? &bias_shape : nullptr, c_shape, adds);
    const auto scratch = description.scratchpad_desc();
    Product product{matmul(description), scratch.get_size(), {}};
    const auto nowhere = [](const memory::desc &shape) { return memory(shape, engine(), nullptr); };
    product.matrices = {{DNNL_ARG_SRC, nowhere(a_shape)}, {DNNL_ARG_WEIGHTS, nowhere(b_shape)}, {DNNL_ARG_DST, nowhere(c_shape)},
                        {DNNL_ARG_SCRATCHPAD, nowhere(scratch)}};
    if (has_bias) product.matrices.insert({DNNL_ARG_BIAS, nowhere(bias_shape)});
    return product;
}

// How the kernels like a right factor [k, n] best.
memory::desc packed_layout(OneDNNKind kind, size_t n, size_t k) {
    const size_t m = 128;  // it is the same for every number of rows
    const memory::desc a({dim(m), dim(k)}, left_type(kind), memory::format_tag::ab);
    const memory::desc any({dim(k), dim(n)}, right_type(kind), memory::format_tag::any);
    const memory::desc c({dim(m), dim(n)}, answer_type(kind), memory::format_tag::ab);
    return describe(a, any, nullptr, c, false).weights_desc();
}

}  // namespace

OneDNNPacked *onednn_pack(OneDNNKind kind, OneDNNMatrix b, size_t n, size_t k) {
    try {
        thread_local const bool is_alone = use_no_other_thread();
        (void)is_alone;
        const auto wanted = packed_layout(kind, n, k);
        const auto plain = strided(k, n, right_type(kind), b);
        if (wanted == plain) return nullptr;
        memory from(plain, engine(), const_cast<void *>(b.base)), to(wanted, engine());
        dnnl::stream stream(engine());
        dnnl::reorder(from, to).execute(stream, from, to);
        stream.wait();
        return new OneDNNPacked{to};
    } catch (...) {
        return nullptr;
    }
}

OneDNNPacked *onednn_tiles(size_t n, size_t k) {
    try {
        const memory::desc tiles({dim(k), dim(n)}, type::bf16, memory::format_tag::BA16a64b2a);
        if (n % 64 != 0 || k % 32 != 0 || packed_layout(onednn_bf16, n, k) != tiles) return nullptr;
        return new OneDNNPacked{memory(tiles, engine())};
    } catch (...) {
        return nullptr;
    }
}

void *onednn_bytes(OneDNNPacked *packed) { return packed->memory.get_data_handle(); }

void onednn_discard(OneDNNPacked *packed) { delete packed; }

int onednn_product(OneDNNKind kind, OneDNNMatrix a, OneDNNMatrix b, const float *bias, void *c, size_t c_row, size_t m, size_t n, size_t k,
                   int adds) {
    try {
        thread_local const bool is_alone = use_no_other_thread();
        (void)is_alone;
        thread_local dnnl::stream stream(engine());
        thread_local std::unordered_map<Key, Product, KeyHash> made;
        thread_local std::vector<char> scratch;

        const Key key = {static_cast<size_t>(kind), m, n, k, a.row, a.column, b.row, b.column, b.packed != nullptr, c_row, bias != nullptr, adds != 0};
        auto found = made.find(key);
        if (found == made.end()) {
            if (made.size() >= 4096) made.clear();
            found = made.emplace(key, make(kind, a, b, bias != nullptr, c_row, m, n, k, adds != 0)).first;
        }
        Product &product = found->second;
        if (product.scratch_bytes + 64 > scratch.size()) scratch.resize(product.scratch_bytes + 64);
        const auto aligned = (reinterpret_cast<uintptr_t>(scratch.data()) + 63) / 64 * 64;
        const auto lies = [&](int matrix, const void *at) { product.matrices.at(matrix).set_data_handle(const_cast<void *>(at)); };
        lies(DNNL_ARG_SRC, a.base);
        lies(DNNL_ARG_WEIGHTS, b.packed ? b.packed->memory.get_data_handle() : b.base);
        lies(DNNL_ARG_DST, c);
        lies(DNNL_ARG_SCRATCHPAD, reinterpret_cast<void *>(aligned));
        if (bias) lies(DNNL_ARG_BIAS, bias);
        product.primitive.execute(stream, product.matrices);
        stream.wait();
        return 0;
    } catch (...) {
        return 1;
    }
}

int onednn_has_bf16(void) {
#if defined(__x86_64__)
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx512bf16") != 0;
#else
    return 0;
#endif
}

int onednn_has_int8(void) {
#if defined(__x86_64__)
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx512vnni") != 0;
#else
    return 0;
#endif
}
