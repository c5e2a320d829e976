#include "dataplane/sdk/configuration.hpp"

#include <cstddef>
#include <cstring>
#include <optional>
#include <set>

#include "platform/http/url.hpp"

namespace kontor::dataplane::sdk {
namespace {

constexpr std::uint32_t size_max = 4096;  // of a structure that may be meant
constexpr unsigned known_flags = KONTOR_HTTP_ADDRESSES | KONTOR_RENEWABLE_ADDRESSES;

std::string string_of(kontor_text text) {
  return text.data ? std::string(text.data, text.size) : std::string();
}

std::vector<std::string> strings_of(const kontor_text* texts, std::size_t count) {
  std::vector<std::string> strings;
  for (std::size_t i = 0; texts && i < count; ++i) strings.push_back(string_of(texts[i]));
  return strings;
}

/// As much of a structure as the caller's version has; the rest is zero. What the caller has beyond ours has
/// to be zero, for we could not do it. The caller may have less than a `T`: it is never looked at as one.
template <class T>
std::optional<T> known_part(const void* given, std::size_t size_min) {
  std::uint32_t size = 0;
  if (given) std::memcpy(&size, given, sizeof size);
  if (size < size_min || size > size_max) return std::nullopt;
  const auto* bytes = static_cast<const unsigned char*>(given);
  for (auto at = sizeof(T); at < size; ++at) {
    if (bytes[at] != 0) return std::nullopt;
  }
  T known{};
  std::memcpy(&known, bytes, std::min<std::size_t>(size, sizeof known));
  return known;
}

Result<std::vector<KnownControlPlane>> control_planes_of(const kontor_config& config) {
  std::vector<KnownControlPlane> planes;
  const auto* at = reinterpret_cast<const unsigned char*>(config.control_planes);
  for (std::size_t i = 0; at && i < config.control_plane_count; ++i) {
    const auto plane = known_part<kontor_control_plane>(at, offsetof(kontor_control_plane, token));
    if (!plane || plane->reserved != 0)
      return invalid("/control_planes", "each needs its size, and no more than is known here");
    planes.push_back({string_of(plane->id), string_of(plane->endpoint), string_of(plane->token),
                      string_of(plane->token_endpoint), string_of(plane->client_id),
                      string_of(plane->client_secret)});
    at += plane->size;
  }
  return planes;
}

Result<Settings> settings_of(const kontor_config& config) {
  if ((config.flags & ~known_flags) != 0) return invalid("/flags", "{:#x} is not known here", config.flags);
  auto planes = control_planes_of(config);
  if (!planes) return fail(std::move(planes.error()));
  Settings settings{.id = string_of(config.id),
                    .port = config.port,
                    .url = string_of(config.url),
                    .folder = string_of(config.folder),
                    .master_key_file = string_of(config.master_key_file),
                    .certificate_file = string_of(config.certificate_file),
                    .private_key_file = string_of(config.private_key_file),
                    .labels = strings_of(config.labels, config.label_count),
                    .control_planes = std::move(*planes),
                    .allowed_networks = strings_of(config.allowed_networks, config.allowed_network_count),
                    .token_lifetime = std::chrono::seconds(config.token_lifetime_s),
                    .mover = {}};
  if (config.host.size > 0) settings.host = string_of(config.host);
  if (config.participant_context.size > 0) settings.context = string_of(config.participant_context);
  settings.mover.profiles = strings_of(config.profiles, config.profile_count);
  settings.mover.addresses = {.https_only = (config.flags & KONTOR_HTTP_ADDRESSES) == 0,
                              .renewal_required = (config.flags & KONTOR_RENEWABLE_ADDRESSES) != 0};
  if (config.opening_timeout_s > 0) {
    settings.mover.opening_timeout = std::chrono::seconds(config.opening_timeout_s);
  }
  return settings;
}

/// Who signals is known by its token, and who is told by its id.
Result<void> check(const std::vector<KnownControlPlane>& planes, const std::string& own_id) {
  std::set<std::string> ids;
  std::set<std::string> tokens;
  for (const auto& plane : planes) {
    if (plane.id.empty()) return invalid("/control_planes/id", "is required: any name of yours will do");
    if (plane.id == "control-plane" || plane.id == "none" || plane.id == own_id)
      return invalid("/control_planes/id", "'{}' is taken: choose another name", plane.id);
    if (!ids.insert(plane.id).second) return invalid("/control_planes/id", "'{}' is there twice", plane.id);
    if (!tokens.insert(plane.token).second)
      return invalid("/control_planes/token", "'{}' has the token of another", plane.id);
    if (auto url = platform::http::parse_url(plane.endpoint); !plane.endpoint.empty() && !url)
      return invalid("/control_planes/endpoint", "'{}': {}", plane.endpoint, url.error().message());
  }
  return {};
}

Result<void> check(const Settings& settings) {
  if (settings.id.empty()) return invalid("/id", "is required: control planes know the plane by it");
  if (settings.folder.empty()) return invalid("/folder", "is required: flows are kept there");
  if (settings.mover.profiles.empty()) return invalid("/profiles", "needs at least one transfer profile");
  for (const auto& profile : settings.mover.profiles) {
    if (!protocol::dps::direction_of(profile))
      return invalid("/profiles", "'{}' must end with -push or -pull", profile);
  }
  if (settings.control_planes.empty()) {
    return invalid("/control_planes", "needs at least one: nobody else may signal");
  }
  return check(settings.control_planes, settings.id);
}

}  // namespace

Result<Settings> settings_in(const kontor_config* config) {
  const auto known = known_part<kontor_config>(config, offsetof(kontor_config, id));
  if (!known) return invalid("", "a configuration with its size is needed, of a version that is known here");
  auto settings = settings_of(*known);
  if (!settings) return settings;
  if (auto fits = check(*settings); !fits) return fail(std::move(fits.error()));
  return settings;
}

Result<kontor_handlers> handlers_in(const kontor_handlers* handlers) {
  const auto known = known_part<kontor_handlers>(handlers, offsetof(kontor_handlers, prepare));
  if (!known) return invalid("", "handlers with their size are needed, of a version that is known here");
  return *known;
}

}  // namespace kontor::dataplane::sdk
