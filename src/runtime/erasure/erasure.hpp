#pragma once

#include <functional>
#include <string_view>

#include "platform/engine/engine.hpp"

namespace kontor::runtime::erasure {

/// Names of kinds: of what is to be removed a process need not serve every kind.
using Kinds = std::function<bool(std::string_view kind)>;

/// What a participant has at the identity services and the credential service, its context there included.
/// A connector of the same context has everything else.
bool is_of_identity(std::string_view kind);

/// What an issuer has at the issuer service.
bool is_of_issuer(std::string_view kind);

/// Removes what the context has of these kinds, with what was still to be done about it. To repeat it is
/// safe; what is written meanwhile is removed, too, as long as something is found.
Task<Result<void>> remove_entities(platform::engine::Engine& engine, ContextId context, Kinds of);

/// Removes what the installation keeps about the context: which outside clients act for it. To repeat it is
/// safe.
Task<Result<void>> remove_mappings(platform::engine::Engine& engine, ContextId context);

/// The kind of those mappings, and the field that names the context.
const entity::Kind& kind_of_mappings();

/// Whether the context has anything of these kinds.
Task<Result<bool>> has_entities(platform::engine::Engine& engine, ContextId context, Kinds of);

}  // namespace kontor::runtime::erasure
