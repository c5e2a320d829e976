#pragma once

// The templates behind assembly_of<A>(); included by assembly.hpp only.

#include "platform/assembly/assembly.hpp"

namespace kontor::platform::assembly {
namespace internal {

template <class... Ts>
std::vector<std::string_view> names_of_types(std::type_identity<Services<Ts...>>) {
  return {type_name<Ts>()...};
}

std::string section_name(std::string_view assembly_name);
/// The life of an assembly that has none of its own: one coroutine for all of them.
Task<Result<void>> nothing();

template <class A>
Result<typename A::Config> read_config(const config::Settings& settings) {
  if constexpr (std::same_as<typename A::Config, NoConfig>) {
    return NoConfig{};
  } else {
    return settings.read<typename A::Config>(section_name(A::name));
  }
}

template <class A>
Result<void> check_config(const config::Settings& settings) {
  auto config = read_config<A>(settings);
  if (!config) return fail(std::move(config.error()));
  return {};
}

template <class A>
class BuiltPart final : public Part {
 public:
  explicit BuiltPart(Built<typename A::Provides> services) : services_(std::move(services)) {}

  Task<Result<void>> start() override {
    if constexpr (requires { A::start(std::declval<typename A::Provides>()); }) return A::start(provided());
    return nothing();
  }
  Task<Result<void>> drain(async::Deadline deadline) override {
    if constexpr (requires { A::drain(std::declval<typename A::Provides>(), deadline); }) {
      return A::drain(provided(), deadline);
    }
    return nothing();
  }
  Task<Result<void>> stop() override {
    if constexpr (requires { A::stop(std::declval<typename A::Provides>()); }) return A::stop(provided());
    return nothing();
  }

  void publish(ServiceTable& table) {
    std::apply([&](auto&... owned) { (table.put(*owned), ...); }, services_);
  }

 private:
  typename A::Provides provided() {
    return std::apply([](auto&... owned) { return typename A::Provides(*owned...); }, services_);
  }

  Built<typename A::Provides> services_;
};

template <class A>
Result<void> can_start(const config::Settings& settings) {
  auto config = read_config<A>(settings);
  if (!config) return fail(std::move(config.error()));
  if constexpr (requires { A::can_start(*config); }) return A::can_start(*config);
  return {};
}

template <class A>
Result<std::unique_ptr<Part>> build_part(ServiceTable& table, const config::Settings& settings) {
  auto config = read_config<A>(settings);
  if (!config) return fail(std::move(config.error()));
  auto services = A::build(table.pick(std::type_identity<typename A::Requires>{}), *config);
  if (!services) return fail(std::move(services.error()), "build {}", A::name);
  auto part = std::make_unique<BuiltPart<A>>(std::move(*services));
  part->publish(table);
  return part;
}

}  // namespace internal

template <class A>
Assembly assembly_of() {
  Assembly out{.name = A::name,
               .required = internal::names_of_types(std::type_identity<typename A::Requires>{}),
               .provided = internal::names_of_types(std::type_identity<typename A::Provides>{}),
               .check_config = &internal::check_config<A>,
               .can_start = &internal::can_start<A>,
               .build = &internal::build_part<A>};
  if constexpr (requires { A::kinds(); }) out.kinds = A::kinds();
  if constexpr (!std::same_as<typename A::Config, NoConfig>) {
    out.section = config::section_of<typename A::Config>(internal::section_name(A::name));
  }
  return out;
}

}  // namespace kontor::platform::assembly
