#pragma once

#include "base/json/codec.hpp"
#include "domain/issuance/status_list/types.hpp"

/// The stored form, version 2: without the places that are taken and without the token, which version 1 had.
namespace kontor::domain::issuance::status_list {

Result<void> read(const json::Node& node, Published& out);
json::Value write(const Published& published);
Result<void> read(const json::Node& node, List& out);
json::Value write(const List& list);
Result<void> read(const json::Node& node, Effect& out);
json::Value write(const Effect& effect);

/// Bits as they are: what changes often is not compressed each time. Read also compressed, as on the wire.
Result<void> read_bits(const json::Node& node, protocol::vc::Bitstring& out);
json::Value write_bits(const protocol::vc::Bitstring& bits);

}  // namespace kontor::domain::issuance::status_list
