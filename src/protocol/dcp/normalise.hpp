#pragma once

#include <string_view>

#include "base/json/json.hpp"

namespace kontor::protocol::dcp {

/// A message in the compact form, from whatever JSON-LD form a peer sent: members and types as terms, with
/// the prefix `dcp:` or as full IRIs, `@type` for `type`, values wrapped in arrays, `{"@value": …}`, `{"@id":
/// …}` or
/// `{"@type": "@json", "@value": …}`. Only shapes change; what is no such wrapping stays as it is, and so
/// does everything inside of JSON literals. Never fails: what is no message is refused by its reader.
json::Value normalise(const json::Value& message);

}  // namespace kontor::protocol::dcp
