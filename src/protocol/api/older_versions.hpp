#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace kontor::protocol::api {

/// A version of an API whose paths mean what those of the current one mean: `/api/{api}/{version}/…` is
/// answered as `/api/{api}/{current}/…`. Routes are declared under the current version alone.
struct OlderVersion {
  std::string_view api;
  std::string_view version;
  std::string_view current;
};

inline constexpr OlderVersion older_versions[] = {
    {"identity", "v1alpha", "v1beta"},  // Identity API
    {"admin", "v1alpha", "v1beta"},     // Issuer administration API
    {"issuance", "v1alpha", "v1beta"},  // issuer service of DCP, where older DID documents lead to
};

/// Puts the current version into the decoded segments of a path that names an older one, and into
/// `…/participants/{id}` there the id as it is now.
///
/// The first clients of these versions write ids of participant contexts in base64url, with or without
/// padding; later ones as they are. The path alone tells which: what decodes, with no bit left over, to
/// letters, digits and the marks `-._~:%` is taken for an encoded id, everything else for the id itself. A
/// plain id that reads as an encoded one, such as `YWJj`, is reached under the current version only.
void follow_older_versions(std::vector<std::string>& segments);

}  // namespace kontor::protocol::api
