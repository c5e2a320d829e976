#pragma once

#include <string>

#include "protocol/odrl/evaluate.hpp"

namespace kontor::runtime::policy {

/// The scopes in which the control plane asks policies.
inline const protocol::odrl::Scope catalog_scope{"catalog"};
inline const protocol::odrl::Scope negotiation_scope{"contract.negotiation"};
inline const protocol::odrl::Scope transfer_scope{"transfer.process"};
inline const protocol::odrl::Scope monitor_scope{"policy.monitor"};

/// Whether it is one of these.
bool is_known_scope(const protocol::odrl::Scope& scope);
/// Whether what is bound to `scope` counts in one of these: a slip in a name would bind to nothing.
bool is_about_a_known_scope(const protocol::odrl::Scope& scope);
std::string known_scopes();

}  // namespace kontor::runtime::policy
