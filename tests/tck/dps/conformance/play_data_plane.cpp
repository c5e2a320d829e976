#include "app/conformance/play.hpp"
#include "protocol/dps/http_profile.hpp"
#include "tck/dps/conformance/play.hpp"

namespace kontor::tck::dps {

Task<Result<void>> play_data_plane(Stage stage, Case one) {
  const auto profile = one.is_of_http_profile() ? protocol::dps::http_pull_profile
                       : one.is_push()          ? plain_push
                                                : plain_pull;
  const auto* judge = &stage.judge;
  app::conformance::Stage with{
      .wire = stage.wire,
      .judge = [judge](const std::string& text, std::string_view type) { return judge->read(text, type); },
      .data_plane = stage.planes.data_plane,
      .authorization = std::string(authorization)};
  app::conformance::DataPlaneCase played{.id = one.id,
                                         .profile = std::string(profile),
                                         .agreement = one.agreement,
                                         .dataset = std::string(dataset),
                                         .participant = std::string(data_provider)};
  co_return co_await app::conformance::play_data_plane(std::move(with), std::move(played));
}

}  // namespace kontor::tck::dps
