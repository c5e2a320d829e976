#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/dcp/scope.hpp"
#include "protocol/did/document.hpp"
#include "protocol/dsp/forms.hpp"
#include "runtime/dataspace/documents.hpp"
#include "runtime/participant_context/participant_contexts.hpp"

namespace kontor::runtime::dataspace {

using Profile = protocol::api::management::DataspaceProfile;

/// The profile that every installation has, and that a participant takes part in who is associated with none:
/// DSP 2025-1 over HTTPS.
inline constexpr std::string_view default_profile = "http-dsp-profile-2025-1";
Profile built_in_profile();

/// The segment of our paths under which the profile is served.
std::string segment_of(const Profile& profile);

/// In which form its documents are on the wire: that of its protocol's version.
protocol::dsp::Form form_of(const Profile& profile);

/// Whether keys of documents that declare no relationship are good in it.
protocol::did::RelationshipPolicy relationships_of(const Profile& profile);

/// Whether the program speaks the profile's protocol. Errors: invalid_input, with what is served.
Result<void> check_served(const Profile& profile);

/// What holds in the dataspaces of this installation. Kept in memory until a commit changes it. Used on the
/// io thread.
class Dataspaces {
 public:
  Dataspaces(platform::engine::Engine& engine, participant_context::ParticipantContexts& contexts);
  ~Dataspaces();

  /// Writes the built-in profile into an empty store.
  Task<Result<void>> seed();

  /// The profiles that a participant takes part in. Errors: not_found (there is no such participant).
  Task<Result<std::vector<Profile>>> of(ContextId context);
  /// One of them by its name, for a request that names it, or the first of a version, as older clients say
  /// it: `dataspace-protocol-http:2024/1`. Errors: invalid_input, with the names there are.
  Task<Result<Profile>> named(ContextId context, std::string name);
  /// One of them by its segment of our paths. Errors: not_found.
  Task<Result<Profile>> at(ContextId context, std::string segment);
  /// Says what a participant takes part in. Errors: invalid_input (no such profile, or two under one path).
  Task<Result<void>> associate(ContextId context, std::vector<std::string> names, std::string actor);

  /// Credentials that are asked for in these profiles beside those that policies name.
  Task<Result<std::vector<protocol::dcp::Scope>>> scopes(std::vector<std::string> profiles);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace kontor::runtime::dataspace
