#pragma once

#include <string>
#include <string_view>

#include "base/id/id.hpp"
#include "base/result/result.hpp"

/// Decentralized identifiers (W3C DID Core §3). A DID is compared byte by byte, so it is kept exactly as it
/// was read.
namespace kontor::protocol::did {

inline constexpr std::size_t did_bytes_max = 2048;

/// Errors of both: malformed, when the text does not follow the grammar of §3.1 or §3.2 or is too long.
Result<Did> parse_did(std::string_view text);

/// A DID with what may stand behind it: `did:web:a.example#key-1`.
struct DidUrl {
  Did did;
  std::string path;      ///< with its leading `/`, or empty
  std::string query;     ///< without `?`
  std::string fragment;  ///< without `#`

  bool operator==(const DidUrl&) const = default;
};
Result<DidUrl> parse_did_url(std::string_view text);
std::string to_string(const DidUrl& url);

/// `web` of `did:web:a.example`; empty when it is no DID.
std::string_view method_of(const Did& did);
/// `a.example` of `did:web:a.example`.
std::string_view method_specific_id(const Did& did);

/// A key id as an absolute DID URL: `#key-1` and `key-1` are those of `subject`, an absolute one stays as it
/// is.
std::string absolute_id(const Did& subject, std::string_view id);

}  // namespace kontor::protocol::did
