#pragma once

#include <memory>
#include <string_view>
#include <tuple>

namespace kontor::platform::assembly {

/// The services of an assembly, as references, reached by type: `needs.get<store::Store>()`. A type that is
/// not listed does not compile, so a declaration cannot drift from what is used.
template <class... Ts>
class Services {
 public:
  explicit Services(Ts&... services) : services_(services...) {}

  template <class T>
  T& get() const {
    return std::get<T&>(services_);
  }

 private:
  std::tuple<Ts&...> services_;
};

namespace internal {
template <class S>
struct BuiltOf;
template <class... Ts>
struct BuiltOf<Services<Ts...>> {
  using type = std::tuple<std::unique_ptr<Ts>...>;
};
}  // namespace internal

/// What `build` returns: an owner of each service, in the order of `Provides`. One service converts by itself
/// (`return std::make_unique<X>(…)`), several are written `Built<Provides>{std::move(a), std::move(b)}`.
template <class S>
using Built = typename internal::BuiltOf<S>::type;

}  // namespace kontor::platform::assembly
