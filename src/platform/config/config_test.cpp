#include <gtest/gtest.h>

#include "platform/config/describe.hpp"
#include "platform/config/settings.hpp"
#include "testing/async/temporary_folder.hpp"

using namespace std::chrono_literals;

namespace kontor::platform::config::test {

enum class Mode { plain, strict };
inline constexpr json::EnumNames<Mode, 2> mode_names{{{Mode::plain, "plain"}, {Mode::strict, "strict"}}};
const auto& names_of(Type<Mode>) {
  return mode_names;
}

struct Client {
  std::string id;
  Secret secret;
};
Fields fields_of(Type<Client>) {
  return {field("id", &Client::id, "name of the client").required().not_empty(),
          field("secret", &Client::secret, "what it proves itself with").required()};
}

struct Tls {
  std::string certificate_file;
  std::string private_key_file;
};
Fields fields_of(Type<Tls>) {
  return {field("certificate_file", &Tls::certificate_file, "PEM chain"),
          field("private_key_file", &Tls::private_key_file, "PEM key")};
}

struct Example {
  std::chrono::milliseconds flow_start_timeout{30'000};
  std::uint16_t port = 8080;
  std::size_t body_bytes_max = 64 * 1024;
  double ratio = 0.5;
  bool enabled = true;
  Mode mode = Mode::plain;
  Secret password;
  Tls inner{.certificate_file = "inner.pem"};
  std::optional<std::string> proxy;
  std::vector<std::string> networks{"10.0.0.0/8"};
  std::map<std::string, Client> clients;
  std::vector<Client> issuers;
  std::optional<Tls> tls;
};
Fields fields_of(Type<Example>) {
  using C = Example;
  return {
      field("flow_start_timeout", &C::flow_start_timeout, "time a data plane has to acknowledge")
          .at_least(100ms),
      field("port", &C::port, "where to listen"),
      field("body_bytes_max", &C::body_bytes_max, "largest body").unit("bytes").at_most(1 << 20),
      field("ratio", &C::ratio, "share of traces"),
      field("enabled", &C::enabled, "on or off"),
      field("mode", &C::mode, "how strict"),
      field("password", &C::password, "of the database"),
      field("inner", &C::inner, "encryption inside"),
      field("proxy", &C::proxy, "address of a proxy"),
      field("networks", &C::networks, "what may be reached"),
      field("clients", &C::clients, "who may log in"),
      field("issuers", &C::issuers, "whose tokens are accepted"),
      field("tls", &C::tls, "encryption"),
  };
}
Result<void> validate(const Example& example) {
  if (example.mode == Mode::strict && !example.tls)
    return fail(ErrorCode::invalid_input, "strict mode needs tls");
  return {};
}

namespace {

using Folder = kontor::testing::TemporaryFolder;

Result<Settings> settings_of(const Folder& folder, const std::string& yaml,
                             std::vector<std::string> environment = {}, std::vector<std::string> flags = {}) {
  return Settings::load(
      {folder.write("kontor.yaml", yaml).string(), std::move(environment), std::move(flags)});
}

std::string error_of(const Folder& folder, const std::string& yaml) {
  auto settings = settings_of(folder, yaml);
  if (!settings) return settings.error().message();
  auto example = settings->read<Example>("example");
  return example ? "" : example.error().message();
}

const std::vector<Section> sections{section_of<Example>("example")};

}  // namespace

TEST(Config, a_section_that_nobody_wrote_has_its_defaults) {
  Folder folder;
  auto example = settings_of(folder, "").value().read<Example>("example").value();
  EXPECT_EQ(example.flow_start_timeout, 30s);
  EXPECT_EQ(example.networks, std::vector<std::string>{"10.0.0.0/8"});
  EXPECT_FALSE(example.proxy);
}

TEST(Config, every_type_is_read_from_yaml) {
  Folder folder;
  auto example = settings_of(folder, R"(
example:
  flow_start_timeout: 250ms
  port: 9090
  body_bytes_max: 128KiB
  ratio: 0.25
  enabled: false
  mode: plain
  password: hunter2
  proxy: "http://proxy:3128"
  networks: [192.168.0.0/16, "fd00::/8"]
  clients:
    acme: {id: acme, secret: s1}
  issuers:
    - id: one
      secret: s2
  tls:
    certificate_file: chain.pem
)")
                     .value()
                     .read<Example>("example")
                     .value();
  EXPECT_EQ(example.flow_start_timeout, 250ms);
  EXPECT_EQ(example.port, 9090);
  EXPECT_EQ(example.body_bytes_max, 128u * 1024);
  EXPECT_EQ(example.ratio, 0.25);
  EXPECT_FALSE(example.enabled);
  EXPECT_EQ(example.password.reveal(), "hunter2");
  EXPECT_EQ(example.proxy, "http://proxy:3128");
  EXPECT_EQ(example.networks.size(), 2u);
  EXPECT_EQ(example.clients.at("acme").secret.reveal(), "s1");
  EXPECT_EQ(example.issuers.at(0).id, "one");
  EXPECT_EQ(example.tls->certificate_file, "chain.pem");
}

TEST(Config, a_flag_wins_over_the_environment_and_that_over_the_file) {
  Folder folder;
  const auto yaml = "example: {port: 1, ratio: 0.1, clients: {acme: {id: a, secret: b}}}";
  auto settings =
      settings_of(folder, yaml, {"KONTOR_EXAMPLE__PORT=2", "KONTOR_EXAMPLE__RATIO=0.2", "KONTOR_HOME=x"},
                  {"example.port=3", "example.networks=[a, b]", "example.clients.acme.id=c"});
  auto example = settings.value().read<Example>("example").value();
  EXPECT_EQ(example.port, 3);
  EXPECT_EQ(example.ratio, 0.2);
  EXPECT_EQ(example.networks, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(example.clients.at("acme").id, "c");
  EXPECT_EQ(example.clients.at("acme").secret.reveal(), "b");
}

TEST(Config, an_unknown_key_is_refused_with_the_nearest_known_one) {
  Folder folder;
  const auto text = error_of(folder, "example:\n  port: 1\n  flow_start_timout: 1s\n");
  EXPECT_TRUE(text.ends_with(
      "kontor.yaml:3: example.flow_start_timout is not a known key; did you mean flow_start_timeout?"))
      << text;
  EXPECT_TRUE(error_of(folder, "example: {zzzzzzzz: 1}").ends_with("example.zzzzzzzz is not a known key"));
}

TEST(Config, an_unknown_section_and_a_key_of_a_section_that_is_not_read_are_refused_too) {
  Folder folder;
  auto settings =
      settings_of(folder, "exmaple: {}\nexample:\n  issuers: [{idd: x}]\n  tls: {certificat_file: x}\n")
          .value();
  const auto checked = settings.check_keys(sections);
  ASSERT_FALSE(checked);
  EXPECT_NE(checked.error().detail.find("exmaple is not a known section; did you mean example?"),
            std::string::npos);
  EXPECT_NE(checked.error().detail.find("kontor.yaml:3: example.issuers[].idd is not"), std::string::npos);
  EXPECT_NE(checked.error().detail.find("did you mean certificate_file?"), std::string::npos);
  EXPECT_TRUE(settings_of(folder, "example: {clients: {a: {secret_file: x}}}").value().check_keys(sections));
}

TEST(Config, one_error_names_everything_that_is_wrong) {
  Folder folder;
  const auto text = error_of(folder, R"(
example:
  flow_start_timeout: 50ms
  port: 70000
  body_bytes_max: 2MiB
  ratio: many
  enabled: yes
  mode: lax
  networks: 10.0.0.0/8
  issuers:
    - secret: x
)");
  for (const auto* rule :
       {":3: example.flow_start_timeout must be at least 100ms", ":4: example.port must be from 0 to 65535",
        ":5: example.body_bytes_max must be at most 1048576", ":6: example.ratio must be a number",
        ":7: example.enabled must be true or false", ":8: example.mode must be one of plain, strict",
        ":9: example.networks must be a list", ":11: example.issuers[0].id is required"}) {
    EXPECT_NE(text.find(rule), std::string::npos) << rule << "\n" << text;
  }
}

TEST(Config, durations_need_their_unit_and_no_more_precision_than_the_field_has) {
  Folder folder;
  EXPECT_NE(error_of(folder, "example: {flow_start_timeout: 30}").find("must be a duration"),
            std::string::npos);
  EXPECT_NE(error_of(folder, "example: {flow_start_timeout: -1s}").find("must be a duration"),
            std::string::npos);
  EXPECT_NE(error_of(folder, "example: {flow_start_timeout: 100500us}").find("multiple of 1ms"),
            std::string::npos);
  EXPECT_NE(error_of(folder, "example: {flow_start_timeout: 9223372036854775807d}").find("duration"),
            std::string::npos);
}

TEST(Config, yaml_that_is_ambiguous_or_broken_is_refused_with_its_line) {
  Folder folder;
  EXPECT_NE(error_of(folder, "example:\n  port: 1\n  port: 2\n").find(":3: the key port is given twice"),
            std::string::npos);
  EXPECT_NE(error_of(folder, "example: [\n").find("is no YAML"), std::string::npos);
  EXPECT_NE(error_of(folder, "- a\n").find("must be a map of sections"), std::string::npos);
  EXPECT_NE(error_of(folder, "a: {}\n---\nb: {}\n").find("more than one document"), std::string::npos);
  EXPECT_NE(error_of(folder, std::string(100, '[')).find("kontor.yaml:1"), std::string::npos);
  EXPECT_FALSE(Settings::load({.file = "/nowhere/kontor.yaml"}));
}

TEST(Config, a_secret_may_stand_in_a_file_and_is_never_printed) {
  Folder folder;
  const auto file = folder.write("password", "hunter2\n").string();
  auto settings = settings_of(folder, "example: {password_file: " + file + "}").value();
  EXPECT_EQ(settings.read<Example>("example").value().password.reveal(), "hunter2");
  EXPECT_NE(error_of(folder, "example: {password: a, password_file: b}").find("given both"),
            std::string::npos);
  EXPECT_NE(error_of(folder, "example: {password_file: /nowhere}").find("cannot be read"), std::string::npos);
  EXPECT_NE(error_of(folder, "example: {issuers: [{id: a}]}").find("is required (or secret_file)"),
            std::string::npos);

  const auto direct =
      settings_of(folder, "example: {password: hunter2, clients: {a: {id: a, secret: hunter2}}}").value();
  EXPECT_EQ(describe(sections, direct, Format::text).find("hunter2"), std::string::npos);
}

TEST(Config, a_rule_over_several_fields_is_checked_last) {
  Folder folder;
  EXPECT_NE(error_of(folder, "example: {mode: strict}").find("strict mode needs tls"), std::string::npos);
  EXPECT_EQ(error_of(folder, "example: {mode: strict, tls: {}}"), "");
}

TEST(Config, a_flag_must_name_section_key_and_value) {
  EXPECT_FALSE(Settings::load({.flags = {"example.port"}}));
  EXPECT_FALSE(Settings::load({.flags = {"port=1"}}));
  EXPECT_FALSE(Settings::load({.flags = {"example.=1"}}));
}

TEST(Config, the_reference_names_type_default_unit_meaning_and_the_source_of_the_value) {
  auto settings = Settings::load({.environment = {"KONTOR_EXAMPLE__PORT=2"}}).value();
  const auto text = describe(sections, settings, Format::text);
  EXPECT_NE(
      text.find(
          "example.port\n    where to listen\n    integer, default 8080\n    = 2  from KONTOR_EXAMPLE__PORT"),
      std::string::npos)
      << text;
  EXPECT_NE(text.find("example.inner.certificate_file\n    PEM chain\n    text, default inner.pem\n"),
            std::string::npos)
      << "the default is the one of this section, not of its type";
  EXPECT_NE(text.find("integer (bytes), default 65536\n    = 65536  default"), std::string::npos);
  EXPECT_NE(text.find("example.clients.*.secret\n"), std::string::npos);
  EXPECT_NE(text.find("example.issuers[].id\n"), std::string::npos);
  EXPECT_NE(text.find("example.tls.certificate_file\n"), std::string::npos);
  const auto markdown = describe(sections, settings, Format::markdown);
  EXPECT_NE(markdown.find(
                "| `example.flow_start_timeout` | duration | `30s` | time a data plane has to acknowledge |"),
            std::string::npos)
      << markdown;
}

}  // namespace kontor::platform::config::test
