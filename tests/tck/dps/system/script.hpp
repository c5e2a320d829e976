#pragma once

#include <string>
#include <string_view>
#include <vector>

/// The cases of the kit for Data Plane Signaling, what tells each apart, and what the kit is told.
namespace kontor::tck::dps {

/// A case of the kit. `id` as in `DP_C_PULL:01-02`.
struct Case {
  std::string id;
  std::string agreement;

  bool is_of_control_plane() const { return id.starts_with("CP_"); }
  bool is_of_consumer() const { return id.starts_with("CP_C:") || id.starts_with("DP_C_"); }
  bool is_push() const { return id.contains("PUSH"); }
  bool is_of_http_profile() const { return id.contains("HTTP"); }
};
/// In the kit's order: 38.
std::vector<Case> all_cases();

inline constexpr std::string_view context_id = "planes";
/// Of the participant whose control plane is under test.
inline constexpr std::string_view own_id = "CONTROL_PLANE_UNDER_TEST";
/// Who the kit is when it speaks the Dataspace Protocol.
inline constexpr std::string_view kit_as_provider = "providerId";
inline constexpr std::string_view kit_as_consumer = "consumerId";
/// Of whose data the data plane under test is asked.
inline constexpr std::string_view data_provider = "did:web:provider.example";

inline constexpr std::string_view transfer_type = "HttpData-PULL";
inline constexpr std::string_view plain_pull = "http-pull";
inline constexpr std::string_view plain_push = "http-push";
inline constexpr std::string_view dataset = "dataset";
/// What the kit sends in the Authorization header of a signal, both ways.
inline constexpr std::string_view authorization = "dummy-authorization";

/// Agreements by which the scripted mover does something by itself.
inline constexpr std::string_view answered_later = "async";
inline constexpr std::string_view ends_by_itself = "complete";
inline constexpr std::string_view breaks = "broken";

/// Where the system under test is reached, and the kit.
struct Addresses {
  std::string protocol;       ///< of the Dataspace Protocol, with the profile
  std::string trigger;        ///< where the kit makes the control plane begin a transfer
  std::string control_plane;  ///< base of the control plane's callbacks, for planes that prove nothing
  std::string data_plane;  ///< base of the data plane's signalling, for a control plane that proves nothing
  std::string kit;

  /// `did:web:127.0.0.1%3A<port>`, as the kit makes it of its address.
  std::string kit_did() const;
};
std::string kit_properties(const Addresses& addresses);

}  // namespace kontor::tck::dps
