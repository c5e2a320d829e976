#pragma once

#include <memory>

#include "base/entity/decision.hpp"
#include "dataplane/edge/autonomy.hpp"
#include "platform/async/scope.hpp"
#include "platform/engine/engine.hpp"

namespace kontor::dataplane::edge {

/// Stored in the installation's context.
struct AbsenceDocument {
  using Entity = Absence;
  static const entity::Kind& kind();
  static std::string encode(const Entity& absence);
  static Result<Entity> decode(std::string_view stored, std::uint32_t codec_version);
};

/// Whether a data plane is in contact with its control plane, and since when it is not: a restart counts on.
/// Used on the io thread.
class Contact {
 public:
  /// `limit`: how long the plane serves alone.
  Contact(platform::async::Scope& scope, platform::engine::Engine& engine, Duration limit);
  ~Contact();

  /// Reads what was before; from now on the plane is without contact until it is seen.
  Task<Result<void>> begin();
  void seen(bool in_contact);
  /// Errors: unavailable.
  Result<void> may_serve() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace kontor::dataplane::edge
