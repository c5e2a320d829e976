#pragma once

#include "base/json/text_writer.hpp"
#include "protocol/odrl/policy.hpp"

namespace kontor::protocol::odrl {

/// What `write` gives, straight into a text.
void append(std::string& out, const Policy& policy);
void append(std::string& out, const Constraint& constraint);

}  // namespace kontor::protocol::odrl
