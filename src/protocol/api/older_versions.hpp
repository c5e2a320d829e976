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

/// Puts the current version into the decoded segments of a path that names an older one.
void follow_older_versions(std::vector<std::string>& segments);

}  // namespace kontor::protocol::api
