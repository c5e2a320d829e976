#include "platform/endpoints/endpoints.hpp"

#include <gtest/gtest.h>

#include "platform/config/settings.hpp"
#include "testing/async/temporary_folder.hpp"

namespace kontor::platform::endpoints::test {
namespace {

bool accepted(const std::string& url) {
  const kontor::testing::TemporaryFolder folder;
  const auto file = folder.write("kontor.yaml", "endpoints: {public_url: \"" + url + "\"}");
  auto settings = config::Settings::load({.file = file.string()}).value();
  return settings.read<Endpoints>("endpoints").has_value();
}

}  // namespace

TEST(Endpoints, an_address_is_http_or_https_and_has_nothing_behind_its_path) {
  EXPECT_TRUE(accepted("https://acme.example:8443"));
  EXPECT_TRUE(accepted("http://10.0.0.1/kontor"));
  for (const auto* url :
       {"acme.example", "ftp://acme.example", "https://", "https://acme.example/", "https://a?x=1"}) {
    EXPECT_FALSE(accepted(url)) << url;
  }
}

}  // namespace kontor::platform::endpoints::test
