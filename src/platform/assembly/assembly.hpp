#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/entity/kind.hpp"
#include "base/result/result.hpp"
#include "base/text/type_name.hpp"
#include "platform/assembly/services.hpp"
#include "platform/async/clock.hpp"
#include "platform/config/settings.hpp"

/// A service assembly wires one part of a process. It is a struct of static members:
///
///     struct TransferProcessAssembly {
///       // Its configuration section: transfer_process.
///       static constexpr std::string_view name = "transfer-process";
///       // What it may use, and nothing else.
///       using Requires = Services<engine::Engine, routing::Router>;
///       // What others may require; kept alive with it.
///       using Provides = Services<TransferProcesses>;
///       // Or NoConfig.
///       using Config = TransferProcessConfig;
///       // Binds routes, metrics, checks; no I/O, no tasks.
///       static Result<Built<Provides>> build(Requires, const Config&);
///
///       // Optional. What it stores:
///       static std::vector<const entity::Kind*> kinds();
///       // What keeps it from starting, as far as its configuration says; for who checks that one
///       beforehand: static Result<void> can_start(const Config&);
///       // Dependencies first:
///       static Task<Result<void>> start(Provides);
///       // Dependents first: finish what is under way.
///       static Task<Result<void>> drain(Provides, async::Deadline);
///       // Dependents first: release what start took.
///       static Task<Result<void>> stop(Provides);
///     };
///
/// Code worth a unit test stands in the classes that `build` makes; the assembly only wires.
namespace kontor::platform::assembly {

struct NoConfig {};

/// Every kind of entity that the assemblies of this process store; a service of every process.
struct EntityKinds {
  std::vector<const entity::Kind*> all;
};

/// Services that exist, by the name of their type.
class ServiceTable {
 public:
  template <class T>
  void put(T& service) {
    services_[type_name<T>()] = &service;
  }
  template <class... Ts>
  Services<Ts...> pick(std::type_identity<Services<Ts...>>) const {
    return Services<Ts...>(get<Ts>()...);
  }

 private:
  template <class T>
  T& get() const {
    const auto found = services_.find(type_name<T>());
    invariant(found != services_.end(), "an assembly is built after what it requires");
    return *static_cast<T*>(found->second);
  }

  std::map<std::string_view, void*> services_;
};

/// An assembly that was built: its services and the rest of its life.
class Part {
 public:
  virtual ~Part() = default;
  virtual Task<Result<void>> start() = 0;
  virtual Task<Result<void>> drain(async::Deadline deadline) = 0;
  virtual Task<Result<void>> stop() = 0;
};

/// An assembly with its types erased: what a role is a list of.
struct Assembly {
  std::string_view name;
  std::vector<std::string_view> required;  ///< names of types
  std::vector<std::string_view> provided;
  std::optional<config::Section> section;
  std::vector<const entity::Kind*> kinds;
  std::function<Result<void>(const config::Settings&)> check_config;
  std::function<Result<void>(const config::Settings&)> can_start;
  std::function<Result<std::unique_ptr<Part>>(ServiceTable&, const config::Settings&)> build;
};

/// The erased form of `A`.
template <class A>
Assembly assembly_of();

}  // namespace kontor::platform::assembly

#include "platform/assembly/assembly_impl.hpp"
