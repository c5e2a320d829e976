#include "protocol/vc/status_list.hpp"
#include "runtime/issuer_service/test_issuer.hpp"

namespace kontor::runtime::issuer_service::testing {

class IssuedListsTest : public IssuerTest {
 protected:
  explicit IssuedListsTest(IssuedListsConfig with = {}) : IssuerTest(with) {}

  vc::Credential issued(const std::string& type = "RegisteredCredential", std::string pid = "pid-1") {
    await_delivery(process_of(request(holder, type, std::move(pid))));
    return delivered_credential(holder);
  }
  http::Response get(const std::string& url, std::string accept = "", std::string if_none_match = "") {
    http::Request request;
    request.target = url;
    if (!accept.empty()) request.headers.set("Accept", std::move(accept));
    if (!if_none_match.empty()) request.headers.set("If-None-Match", std::move(if_none_match));
    return house.ask(std::move(request));
  }
  static std::string header(const http::Response& response, std::string_view name) {
    return std::string(response.headers.get(name).value_or(""));
  }
  static EntityId list_of(const vc::StatusEntry& entry) {
    return EntityId(entry.list_url.substr(entry.list_url.rfind('/') + 1));
  }
  /// How often a document of the list was written.
  template <class Document>
  std::uint64_t written(const EntityId& list) {
    return loop.run(house.engine->load<Document>(issuer_context, list)).value().version;
  }
  void await_signature(const EntityId& list) {
    const auto is_signed = [](const status_list::List& each) {
      return each.published && each.published->revision == each.revision;
    };
    ASSERT_TRUE(loop.run(house.engine->wait<status_list::Machine>(issuer_context, list, is_signed,
                                                                  platform::async::Deadline::never())));
  }
  bool bit(const vc::StatusEntry& entry) {
    house.status_lists->forget();
    const auto list = loop.run(house.status_lists->list(entry.list_url, house.soon()));
    EXPECT_TRUE(list);
    return list && (*list)->bits.test(entry.index).value();
  }
};

TEST_F(IssuedListsTest, a_revocation_stands_in_the_list_that_everybody_reads) {
  const auto credential = issued();
  const auto& entry = credential.statuses.at(0);
  EXPECT_FALSE(bit(entry));
  loop.clock().advance(lists.interval);
  http::Request revoke{
      "POST", house.administration_url(administration + "credentials/" + credential.id + "/revoke"), {}, {}};
  ASSERT_LT(house.ask(std::move(revoke)).status, 300u);
  const auto marked = [&](const status_list::List& list) {
    return list.revision == 2 && list.published && list.published->revision == 2;
  };
  ASSERT_TRUE(loop.run(house.engine->wait<status_list::Machine>(issuer_context, list_of(entry), marked,
                                                                platform::async::Deadline::never())));
  EXPECT_TRUE(bit(entry));
}

TEST_F(IssuedListsTest, a_list_is_there_when_its_first_credential_is_delivered) {
  const auto place =
      loop.run(issuer.lists().place(issuer_context, "revocation", vc::Format::vc1_0_jwt)).value();
  EXPECT_EQ(get(place.entry.list_url).status, 200u) << "the first signature is waited for";
}

TEST_F(IssuedListsTest, issuing_writes_neither_a_list_nor_its_places_each_time) {
  const auto list = list_of(issued().statuses.at(0));
  for (int i = 2; i < 10; ++i)
    EXPECT_EQ(list_of(issued("RegisteredCredential", fmt::format("pid-{}", i)).statuses.at(0)), list);
  await_signature(list);
  EXPECT_EQ(written<status_list::PlacesDocument>(list), 1u);
  EXPECT_EQ(written<status_list::PublicationDocument>(list), 1u);
  EXPECT_EQ(loop.run(house.engine->load<status_list::Machine>(issuer_context, list)).value().version, 2u)
      << "created and signed";
}

TEST_F(IssuedListsTest, marks_that_come_together_are_one_change_and_those_of_an_interval_one_signature) {
  const auto take = [&] {
    return loop.run(issuer.lists().place(issuer_context, "revocation", vc::Format::vc1_0_jwt)).value();
  };
  const auto list = take().slot.list;
  await_signature(entity_id(list));
  std::vector<std::uint64_t> marked;
  std::vector<Task<Result<void>>> marks;
  for (int i = 0; i < 60; ++i) {
    marked.push_back(take().slot.index);
    marks.push_back(issuer.lists().mark(issuer_context, list, {.index = marked.back(), .value = true}));
  }
  for (const auto& done : run_together(loop, std::move(marks))) EXPECT_TRUE(done);
  auto kept = loop.run(house.engine->load<status_list::Machine>(issuer_context, entity_id(list))).value();
  EXPECT_EQ(kept.entity.revision, 3u) << "the first one, and the others that waited for it";
  for (auto index : marked) EXPECT_TRUE(kept.entity.bits.test(index).value());
  EXPECT_EQ(written<status_list::PublicationDocument>(entity_id(list)), 1u);
  loop.clock().advance(lists.interval);
  await_signature(entity_id(list));
  EXPECT_EQ(written<status_list::PublicationDocument>(entity_id(list)), 2u);
  EXPECT_EQ(issuer.lists().published_count(), 2u);
}

TEST_F(IssuedListsTest, a_list_that_has_not_changed_is_not_sent_again) {
  const auto url = issued().statuses.at(0).list_url;
  const auto first = get(url);
  const auto tag = header(first, "ETag");
  EXPECT_EQ(header(first, "Cache-Control"), "public, max-age=10");
  for (const auto& known : {tag, "W/" + tag, "\"another\", " + tag, std::string("*")}) {
    const auto again = get(url, "", known);
    EXPECT_EQ(again.status, 304u) << known;
    EXPECT_EQ(again.body.text, "");
    EXPECT_EQ(header(again, "ETag"), tag);
  }
  EXPECT_EQ(get(url, "", "\"another\"").status, 200u);
  EXPECT_EQ(get(url, "application/json", tag).status, 200u) << "another form has another tag";
}

TEST_F(IssuedListsTest, a_list_is_had_as_a_token_and_by_who_wants_it_as_json) {
  const auto entry = issued().statuses.at(0);
  for (const char* accept :
       {"", "*/*", "application/vc+jwt", "text/html, */*;q=0.1", "application/json;q=0.5, */*",
        "application/vc+jwt, application/json", "application/*"}) {
    const auto answer = get(entry.list_url, accept);
    EXPECT_EQ(header(answer, "Content-Type"), "application/vc+jwt") << accept;
    EXPECT_EQ(header(answer, "Vary"), "Accept");
    EXPECT_EQ(vc::parse_credential(answer.body.text).value().credential.id, entry.list_url) << accept;
  }
  for (const char* accept : {"application/json", "application/json, text/plain, */*",
                             "application/vc+jwt;q=0.5, Application/JSON;q=0.8"}) {
    const auto answer = get(entry.list_url, accept);
    EXPECT_EQ(header(answer, "Content-Type"), "application/json") << accept;
    const auto list = json::decode<vc::Credential>(answer.body.text).value();
    EXPECT_EQ(list.id, entry.list_url);
    EXPECT_EQ(list.issuer, issuer_did);
    EXPECT_EQ(list.subjects.at(0).claims.at("ttl"), 10'000);
    EXPECT_TRUE(vc::read_status_list(list)) << accept;
  }
}

TEST_F(IssuedListsTest, a_list_that_is_not_there_is_not_found) {
  EXPECT_EQ(get(house.url("/statuslist/issuer/revocation-1")).status, 404u);
  EXPECT_EQ(get(house.url("/statuslist/nobody/revocation-1")).status, 404u);
}

class FullLists : public IssuedListsTest {
 protected:
  FullLists() : IssuedListsTest({.places_reserved = 1}) {}
};

TEST_F(FullLists, a_list_that_is_full_stays_and_another_one_is_opened) {
  const auto first = issued().statuses.at(0);
  auto places =
      loop.run(house.engine->load<status_list::PlacesDocument>(issuer_context, list_of(first))).value();
  Bytes bytes(places.entity.taken.size_bits() / 8, std::byte{0xFF});
  bytes.back() = std::byte{0xFE};
  places.entity.taken = vc::Bitstring::of_bytes(std::move(bytes));
  ASSERT_TRUE(loop.run(house.engine->put<status_list::PlacesDocument>({issuer_context, list_of(first)},
                                                                      places.entity, places.version)));
  const auto last = issued("RegisteredCredential", "pid-2").statuses.at(0);
  EXPECT_EQ(last.list_url, first.list_url);
  EXPECT_EQ(last.index, 131'071u);
  const auto next = issued("RegisteredCredential", "pid-3").statuses.at(0);
  EXPECT_NE(next.list_url, first.list_url);
  EXPECT_EQ(get(first.list_url).status, 200u);
  EXPECT_EQ(get(next.list_url).status, 200u);
}

class Lists2021 : public IssuedListsTest {
 protected:
  Lists2021() : IssuedListsTest({.status_list_2021 = true}) {}
};

TEST_F(Lists2021, hold_credentials_of_data_model_1_1_where_that_is_set) {
  const auto credential = issued();
  EXPECT_EQ(credential.statuses.at(0).kind, vc::StatusKind::status_list_2021);
  EXPECT_EQ(credential.contexts.back(), vc::context_status_list_2021);
  const auto list =
      vc::parse_credential(get(credential.statuses.at(0).list_url).body.text).value().credential;
  EXPECT_TRUE(vc::has_type(list, "StatusList2021Credential"));
  EXPECT_FALSE(list.subjects.at(0).claims.contains("ttl"));
  const auto place =
      loop.run(issuer.lists().place(issuer_context, "revocation", vc::Format::vc2_0_jose)).value();
  EXPECT_EQ(place.entry.kind, vc::StatusKind::bitstring);
  EXPECT_NE(place.entry.list_url, credential.statuses.at(0).list_url);
}

}  // namespace kontor::runtime::issuer_service::testing
