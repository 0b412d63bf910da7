// The functions of bench/embed.py through nanobind.
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/function.h>
#include <nanobind/stl/string.h>

#include <stdexcept>

namespace nb = nanobind;
using Doubles = nb::ndarray<double, nb::ndim<1>, nb::c_contig, nb::device::cpu>;

NB_MODULE(nanobind_peer, module)
{
    module.def("add", [](int64_t a, int64_t b) { return a + b; });
    module.def("first", [](Doubles xs) { return xs.data()[0]; });
    module.def("total", [](Doubles xs) {
        double total = 0;
        for (size_t at = 0; at < xs.shape(0); at++) {
            total += xs.data()[at];
        }
        return total;
    });
    module.def("same", [](const std::string &text) { return text; });
    module.def("apply", [](nb::callable function, int64_t x) { return nb::cast<int64_t>(function(x)); });
    module.def("fail", [](int64_t) -> int64_t { throw std::runtime_error("failed"); });
}
