#include "protocol/api/older_versions.hpp"

#include <algorithm>
#include <cstddef>

#include "base/text/encoding.hpp"

namespace kontor::protocol::api {
namespace {

bool stands_in_ids(std::byte byte) {
  const auto c = static_cast<unsigned char>(byte);
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
         std::string_view("-._~:%").contains(static_cast<char>(c));
}

void decode_id(std::string& id) {
  std::string_view encoded(id);
  for (int padding = 0; padding < 2 && encoded.ends_with('='); ++padding) encoded.remove_suffix(1);
  if (encoded.size() != id.size() && id.size() % 4 != 0) return;
  const auto decoded = text::base64url_decode(encoded);
  if (!decoded || decoded->empty() || !std::ranges::all_of(*decoded, stands_in_ids)) return;
  id = std::string(text_of(*decoded));
}

}  // namespace

void follow_older_versions(std::vector<std::string>& segments) {
  if (segments.size() < 3 || segments[0] != "api") return;
  for (const auto& older : older_versions) {
    if (segments[1] == older.api && segments[2] == older.version) {
      segments[2] = older.current;
      if (segments.size() > 4 && segments[3] == "participants") decode_id(segments[4]);
      return;
    }
  }
}

}  // namespace kontor::protocol::api
