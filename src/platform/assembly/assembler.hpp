#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "platform/assembly/assembly.hpp"

namespace kontor::platform::assembly {

/// The assemblies of a process that were built, in the order in which they start. Used on the io thread only.
/// Destroyed after `stop`, dependents first.
class Assembled {
 public:
  Assembled(Assembled&&) noexcept;
  Assembled& operator=(Assembled&&) = delete;
  ~Assembled();

  /// Dependencies first. When one fails, those that had started are stopped again and its error is the
  /// result.
  Task<Result<void>> start();
  /// Dependents first; every one is drained, errors are collected.
  Task<Result<void>> drain(async::Deadline deadline);
  /// Dependents first; every one that started is stopped, errors are collected.
  Task<Result<void>> stop();

 private:
  friend class Assembler;
  struct Member {
    std::string_view name;
    std::unique_ptr<Part> part;
  };
  Assembled() = default;

  std::unique_ptr<EntityKinds> kinds_;
  std::vector<Member> members_;
  std::size_t started_ = 0;
};

/// Composes a process out of a list of assemblies. The same assembly may be listed more than once (roles
/// overlap) and is built once. Each is built after what it requires; those that do not depend on each other
/// keep the order of the list.
class Assembler {
 public:
  /// `wanted` are built in any case; of `available` those that provide what others require.
  explicit Assembler(std::vector<Assembly> wanted, std::vector<Assembly> available = {});

  /// A service of the process itself (clock, log …). Must outlive what is assembled.
  template <class T>
  Assembler& give(T& service) {
    table_.put(service);
    given_.push_back(type_name<T>());
    return *this;
  }

  /// The order of building and starting. Errors: invalid_input for a gap (nobody provides what is required),
  /// a cycle, a second provider; the text names the chain of assemblies and types.
  Result<std::vector<Assembly>> plan() const;

  /// What is wrong with the configuration, and what of it would keep an assembly from starting: all of it in
  /// one error. Builds nothing.
  Result<void> check(const config::Settings& settings) const;

  /// Reads each configuration and builds each assembly; once. The error names every wrong key of all of them.
  Result<Assembled> build(const config::Settings& settings);

 private:
  std::vector<Assembly> wanted_;
  std::vector<Assembly> available_;
  std::vector<std::string_view> given_;
  std::unique_ptr<EntityKinds> kinds_;
  ServiceTable table_;
};

/// What requires what, as a Graphviz digraph; `given` are services of the process.
std::string draw(std::span<const Assembly> planned);

}  // namespace kontor::platform::assembly
