#include <fmt/format.h>
#include <gtest/gtest.h>

#include <set>

#include "base/json/codec.hpp"
#include "base/text/text.hpp"
#include "refusals.hpp"

// Every route is asked in every wrong way. What a route does otherwise than all others stands in its
// declaration.
namespace kontor::routes_test {
namespace {

using protocol::api::Access;
using protocol::api::BodyFormat;

class BadInput : public OnEveryStore {
 protected:
  /// An administrator's token where the route asks for one.
  std::string authorization(const RouteInfo& route) {
    return route.access == Access::token ? world().admin() : "";
  }

  /// The route's request, right in everything but what the test changes in it.
  Request right(const RouteInfo& route) {
    const auto& party = world().globex();
    return request_to(route, existing_target(world(), route, party), authorization(route),
                      written(route, body_of(world(), route, party)));
  }

  Request with_body(const RouteInfo& route, std::string body) {
    auto request = right(route);
    request.body = std::move(body);
    return request;
  }
};

bool takes(const RouteInfo& route, BodyFormat format) {
  return route.body == format;
}

// ---- bodies

/// A place in a document and what stands there.
struct Place {
  std::string pointer;
  const json::Value* value;
};

void collect(const json::Value& value, const std::string& pointer, std::vector<Place>& places) {
  if (const auto* object = value.if_object()) {
    for (const auto& member : *object) {
      const auto at = pointer + "/" + json::pointer_segment(member.key());
      places.push_back({at, &member.value()});
      collect(member.value(), at, places);
    }
  }
  if (const auto* array = value.if_array(); array && !array->empty()) {
    places.push_back({pointer + "/0", &array->front()});
    collect(array->front(), pointer + "/0", places);
  }
}

bool is_free(const RouteInfo& route, const std::string& pointer) {
  for (auto free : text::split(route.exempt.free_form, ' ')) {
    if (free.empty()) continue;
    const auto below = free.ends_with('/') ? std::string(free) : std::string(free) + "/";
    if (pointer == free || pointer.starts_with(below)) return true;
  }
  return false;
}

/// A rule about a list is broken at the list.
std::string place_of_rule(const std::string& pointer) {
  return pointer.ends_with("/0") ? pointer.substr(0, pointer.size() - 2) : pointer;
}

json::Value replaced(const json::Value& document, const std::string& pointer, const json::Value& by) {
  auto copy = document;
  boost::system::error_code error;
  *copy.find_pointer(pointer, error) = by;
  return copy;
}

/// Values that are of another type than `value`, whatever is read there.
std::vector<json::Value> of_other_types(const json::Value& value) {
  std::vector<json::Value> others;
  if (!value.is_number()) others.emplace_back(7);
  if (!value.is_object() && !value.is_array()) others.emplace_back(json::Object{{"wrong", true}});
  if (!value.is_string() && !value.is_array()) others.emplace_back("wrong");
  if (!value.is_bool()) others.emplace_back(true);
  return others;
}

}  // namespace

TEST_P(BadInput, a_member_of_the_wrong_type_is_refused_with_its_pointer_and_the_rule) {
  for_each_route([&](const RouteInfo& route) {
    if (!takes(route, BodyFormat::json)) return;
    const auto body = body_of(world(), route, world().globex());
    std::vector<Place> places;
    collect(body, "", places);
    for (const auto& [pointer, value] : places) {
      if (is_free(route, pointer)) continue;
      for (const auto& wrong : of_other_types(*value)) {
        const auto text = json::serialize(wrong);
        refusals().expect(route,
                          {.what = text + " at " + pointer,
                           .request = with_body(route, json::serialize(replaced(body, pointer, wrong))),
                           .status = 400,
                           .names = place_of_rule(pointer)});
      }
    }
  });
}

TEST_P(BadInput, a_body_that_is_not_what_the_route_reads_is_refused) {
  for_each_route([&](const RouteInfo& route) {
    if (takes(route, BodyFormat::none)) return;
    const auto expect = [&](std::string what, std::string body, unsigned status) {
      refusals().expect(
          route, {.what = std::move(what), .request = with_body(route, std::move(body)), .status = status});
    };
    if (!route.exempt.optional_body) expect("no body", "", 400);
    expect("10 MB", std::string(10 * 1024 * 1024, ' '), 413);
    if (takes(route, BodyFormat::form)) return;
    expect("a body that is no JSON", "no json", 400);
    expect("half of a body", written(route, body_of(world(), route, world().globex())) + "}", 400);
    expect("a number", "7", 400);
    const bool reads_list = body_of(world(), route, world().globex()).is_array();
    expect(reads_list ? "an object" : "a list", reads_list ? "{}" : "[]", 400);
    expect("text that is no UTF-8", "{\"a\":\"\xff\"}", 400);
    expect("a deep nesting", std::string(5000, '[') + std::string(5000, ']'), 400);
    expect("nested objects", R"({"a":)" + std::string(40, '[') + std::string(40, ']') + "}", 400);
  });
}

TEST_P(BadInput, a_key_that_stands_twice_is_refused_by_its_name) {
  for_each_route([&](const RouteInfo& route) {
    if (!takes(route, BodyFormat::json)) return;
    const auto body = body_of(world(), route, world().globex());
    if (!body.is_object() || body.as_object().empty()) return;
    const auto& first = *body.as_object().begin();
    const auto member =
        json::serialize(json::Value(first.key())) + ":" + json::serialize(first.value()) + ",";
    refusals().expect(route, {.what = "a key that stands twice",
                              .request = with_body(route, "{" + member + json::serialize(body).substr(1)),
                              .status = 400,
                              .names = std::string(first.key())});
  });
}

TEST_P(BadInput, a_text_that_no_store_can_keep_is_refused) {
  for_each_route([&](const RouteInfo& route) {
    if (takes(route, BodyFormat::none)) return;
    auto body = body_of(world(), route, world().globex());
    if (!body.is_object()) return;
    for (auto& member : body.as_object()) {
      if (member.key() == "@type" || !member.value().is_string()) continue;
      member.value() = std::string(member.value().get_string()) + std::string("\0x", 2);
      break;
    }
    auto text = written(route, body);
    if (!text.contains("\\u0000") && !text.contains("%00")) return;
    refusals().expect(
        route, {.what = "U+0000 in a text", .request = with_body(route, std::move(text)), .status = 400});
  });
}

TEST_P(BadInput, another_media_type_is_refused) {
  for_each_route([&](const RouteInfo& route) {
    if (takes(route, BodyFormat::none)) return;
    for (const char* type : {"text/plain", "application/xml", "multipart/form-data; boundary=x"}) {
      auto request = right(route);
      request.content_type = type;
      if (request.body.empty()) request.body = "{}";
      refusals().expect(route, {.what = type, .request = std::move(request), .status = 415});
    }
  });
}

// ---- ids, methods

namespace {

/// Routes that answer everybody alike, whatever they are asked about: probes, discovery.
bool has_ids(const RouteInfo& route) {
  return !parameters_of(route.path).empty();
}

/// Whether a pattern takes the path.
bool matches(std::string_view pattern, std::string_view path) {
  const auto wanted = text::split(pattern, '/');
  const auto given = text::split(path, '/');
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (wanted[i].ends_with("*}")) return true;
    if (i == given.size() || (!wanted[i].starts_with('{') && wanted[i] != given[i])) return false;
  }
  return wanted.size() == given.size();
}

/// The collection of a context that does not exist is empty.
bool is_empty_list(const Answer& answer) {
  const auto body = answer.json();
  return answer.status == 200 && body.is_array() && body.get_array().empty();
}

}  // namespace

TEST_P(BadInput, an_id_that_nothing_has_is_not_found) {
  for_each_route([&](const RouteInfo& route) {
    if (route.access != Access::token && route.access != Access::open) return;
    auto parameters = parameters_of(route.path);
    // What is put may be new.
    if (route.exempt.upsert && !parameters.empty()) parameters.pop_back();
    for (const auto& unknown : parameters) {
      if (route.exempt.absent_is_fine) continue;
      auto request = right(route);
      request.target = target_of(route, [&](const std::string& name) {
        if (name == unknown) return unknown_id(name);
        if (name == context_parameter) return home_of(world(), route, world().globex()).context;
        return existing_id(world(), route, world().globex(), name);
      });
      if (unknown == context_parameter && is_empty_list(world().installation().send(request))) continue;
      refusals().expect(route,
                        {.what = "an unknown " + unknown, .request = std::move(request), .status = 404});
    }
  });
}

TEST_P(BadInput, an_id_that_cannot_be_one_is_refused) {
  const std::string odd[] = {"%00", "%FF%FE", "..", "%2F..%2F", std::string(3000, 'x'), "%F0%9F%92%A9"};
  for_each_route([&](const RouteInfo& route) {
    if (route.exempt.upsert || !has_ids(route)) return;
    for (const auto& id : odd) {
      auto request = right(route);
      request.target = route.path;
      for (auto at = request.target.find('{'); at != std::string::npos; at = request.target.find('{')) {
        request.target.replace(at, request.target.find('}') - at + 1, id);
      }
      const auto answer = world().installation().send(request);
      if (is_empty_list(answer)) continue;
      EXPECT_TRUE(answer.status >= 400 && answer.status < 500)
          << route.name << " with the id " << id.substr(0, 20) << ": " << answer.status << " " << answer.body;
      refusals().expect_unchanged(std::string(route.name) + " with an odd id");
    }
  });
}

TEST_P(BadInput, a_method_that_the_path_does_not_have_is_refused_and_the_right_ones_named) {
  for_each_route([&](const RouteInfo& route) {
    const auto request = right(route);
    // Another route may know this path with a parameter where this one has a word.
    std::set<std::string> known;
    for (const auto* other : world().installation().routes()) {
      const bool rest = other->path.ends_with("*}") && other->path != route.path;
      if (other->listener == route.listener && !rest && matches(other->path, request.target))
        known.insert(std::string(protocol::api::method_name(other->method)));
    }
    for (const char* method : {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"}) {
      if (known.contains(method)) continue;
      auto wrong = request;
      wrong.method = method;
      const auto answer = refusals().expect(
          route, {.what = std::string("the method ") + method, .request = wrong, .status = 405});
      const std::string allow(answer.headers.get("Allow").value_or(""));
      for (const auto& each : known) EXPECT_TRUE(allow.contains(each)) << route.name << " allows " << allow;
      EXPECT_FALSE(allow.contains(method)) << route.name << " allows " << allow;
    }
  });
}

namespace {

/// What the route declares and what lists take, each as no reader wants it. What cannot be decoded is refused
/// before a route is looked for, so it stands apart.
std::vector<std::string> odd_queries(const RouteInfo& route) {
  std::string wrong_numbers = "?offset=-1&limit=-1";
  std::string no_values = "?offset=x&limit=many";
  for (auto name : text::split(route.query, ' ')) {
    if (name.empty()) continue;
    wrong_numbers += fmt::format("&{}=-1", name);
    no_values += fmt::format("&{}=maybe", name);
  }
  return {wrong_numbers, no_values, "?type=%00&holderId=%FF"};
}

}  // namespace

TEST_P(BadInput, a_query_that_cannot_be_read_is_refused_or_overlooked) {
  for_each_route([&](const RouteInfo& route) {
    if (route.method != protocol::api::Method::get) return;
    for (const auto& query : odd_queries(route)) {
      auto request = right(route);
      request.target += query;
      const auto answer = world().installation().send(request);
      EXPECT_TRUE(answer.status >= 200 && answer.status < 500)
          << route.name << " with " << query << ": " << answer.status << " " << answer.body;
      refusals().expect_unchanged(std::string(route.name) + " with " + query);
    }
  });
}

// ---- tokens

TEST_P(BadInput, a_token_that_proves_nothing_is_refused_before_anything_is_read) {
  auto& installation = world().installation();
  const Claims admin{.subject = "administrator", .role = "admin"};
  const auto with = [&](auto change) {
    auto claims = admin;
    change(claims);
    return installation.bearer(claims);
  };
  const auto right_token = world().admin();
  const auto participant = world().token_of(world().initech());
  const auto signature = participant.substr(participant.rfind('.'));
  const auto header_of_nothing = std::string("Bearer eyJhbGciOiJub25lIn0");
  const auto claims_part =
      right_token.substr(right_token.find('.'), right_token.rfind('.') - right_token.find('.'));
  const std::pair<const char*, std::string> tokens[] = {
      {"no token", ""},
      {"another scheme", "Basic YWRtaW46YWRtaW4="},
      {"no JWT", "Bearer nonsense"},
      {"an empty token", "Bearer "},
      {"a very long token", "Bearer " + std::string(20'000, 'a')},
      {"an expired token", with([](Claims& c) { c.lifetime = std::chrono::seconds(-60); })},
      {"a token of an issuer that is not trusted", with([](Claims& c) { c.issuer = "https://example.org"; })},
      {"a token for another audience", with([](Claims& c) { c.audience = "somebody-else"; })},
      {"a token under another's signature", right_token.substr(0, right_token.rfind('.')) + signature},
      {"a token without signature", header_of_nothing + claims_part + "."},
      {"a token that we issue only by name",
       with([&](Claims& c) { c.issuer = installation.origin(protocol::api::Listener::administration); })},
  };
  for_each_route([&](const RouteInfo& route) {
    if (route.access != Access::token) return;
    for (const auto& [what, token] : tokens) {
      auto request = request_to(route, unknown_target(world(), route, world().globex()), token, "no json");
      if (takes(route, BodyFormat::none)) request.body.clear();
      refusals().expect(route, {.what = what, .request = std::move(request), .status = 401});
    }
  });
}

INSTANTIATE_TEST_SUITE_P(Stores, BadInput, every_store, name_of);

}  // namespace kontor::routes_test
