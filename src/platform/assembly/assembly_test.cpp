#include <gtest/gtest.h>

#include "platform/assembly/assembler.hpp"
#include "testing/async/run.hpp"

namespace kontor::platform::assembly::test {
namespace {

/// What happened, in order; a service of the process in these tests.
struct Journal {
  std::vector<std::string> lines;
  std::string failing;  ///< the step that is to fail: `start b`

  Result<void> add(const std::string& line) {
    lines.push_back(line);
    if (line == failing) return fail(ErrorCode::storage_failed, "{} broke", line);
    return {};
  }
};

struct SettingsOfB {
  std::uint16_t port = 7;
};
config::Fields fields_of(config::Type<SettingsOfB>) {
  return {config::field("port", &SettingsOfB::port, "a port")};
}

/// A service that writes its life to the journal.
template <char Name>
struct Service {
  Journal& journal;
  int value = 0;

  ~Service() { journal.lines.push_back(std::string("gone ") + Name); }
  Task<Result<void>> step(std::string step) { co_return journal.add(step + " " + Name); }
};
using A = Service<'a'>;
using B = Service<'b'>;
using C = Service<'c'>;

const entity::Kind stored_by_a{.name = "thing-of-a"};

struct AssemblyOfA {
  static constexpr std::string_view name = "a";
  using Requires = Services<Journal>;
  using Provides = Services<A>;
  using Config = NoConfig;
  static Result<Built<Provides>> build(Requires needs, const Config&) {
    auto& journal = needs.get<Journal>();
    if (auto added = journal.add("build a"); !added) return fail(added.error());
    return std::make_unique<A>(journal);
  }
  static std::vector<const entity::Kind*> kinds() { return {&stored_by_a}; }
  static Task<Result<void>> start(Provides services) { return services.get<A>().step("start"); }
  static Task<Result<void>> drain(Provides services, async::Deadline) {
    return services.get<A>().step("drain");
  }
  static Task<Result<void>> stop(Provides services) { return services.get<A>().step("stop"); }
};

struct AssemblyOfB {
  static constexpr std::string_view name = "service-b";
  using Requires = Services<Journal, A>;
  using Provides = Services<B>;
  using Config = SettingsOfB;
  static Result<Built<Provides>> build(Requires needs, const Config& config) {
    auto& journal = needs.get<Journal>();
    if (auto added = journal.add("build b"); !added) return fail(added.error());
    needs.get<A>().value = config.port;
    return std::make_unique<B>(journal);
  }
  static Task<Result<void>> start(Provides services) { return services.get<B>().step("start"); }
  static Task<Result<void>> drain(Provides services, async::Deadline) {
    return services.get<B>().step("drain");
  }
  static Task<Result<void>> stop(Provides services) { return services.get<B>().step("stop"); }
};

/// Provides nothing and has none of the optional steps but one.
struct AssemblyOfC {
  static constexpr std::string_view name = "c";
  using Requires = Services<Journal, B, A>;
  using Provides = Services<C>;
  using Config = NoConfig;
  static Result<Built<Provides>> build(Requires needs, const Config&) {
    return std::make_unique<C>(needs.get<Journal>(), needs.get<A>().value);
  }
  static Task<Result<void>> start(Provides services) { return services.get<C>().step("start"); }
};

struct Silent {
  static constexpr std::string_view name = "silent";
  using Requires = Services<>;
  using Provides = Services<>;
  using Config = NoConfig;
  static Result<Built<Provides>> build(Requires, const Config&) { return Built<Provides>{}; }
};

/// Sees what all assemblies store.
struct Keeper {
  static constexpr std::string_view name = "keeper";
  using Requires = Services<Journal, EntityKinds>;
  using Provides = Services<>;
  using Config = NoConfig;
  static Result<Built<Provides>> build(Requires needs, const Config&) {
    for (const auto* kind : needs.get<EntityKinds>().all) {
      needs.get<Journal>().lines.push_back("keeps " + std::string(kind->name));
    }
    return Built<Provides>{};
  }
};

struct Thief : Silent {
  static constexpr std::string_view name = "thief";
  static std::vector<const entity::Kind*> kinds() { return {&stored_by_a}; }
};

template <class Provided, class Required, char Name>
struct Pair {
  static constexpr char letters[] = {Name, 0};
  static constexpr std::string_view name = letters;
  using Requires = Services<Required>;
  using Provides = Services<Provided>;
  using Config = NoConfig;
  static Result<Built<Provides>> build(Requires, const Config&) {
    return fail(ErrorCode::internal, "an order that is refused is never built");
  }
};

std::vector<std::string> names(const std::vector<Assembly>& assemblies) {
  std::vector<std::string> out;
  for (const auto& assembly : assemblies) out.emplace_back(assembly.name);
  return out;
}

using Lines = std::vector<std::string>;

struct AssemblerTest : ::testing::Test {
  kontor::testing::VirtualLoop loop;
  Journal journal;
  config::Settings settings = config::Settings::load({}).value();

  Assembler assembler(std::vector<Assembly> assemblies) {
    Assembler out(std::move(assemblies));
    out.give(journal);
    return out;
  }
  Assembled built() {
    return assembler({assembly_of<AssemblyOfC>(), assembly_of<AssemblyOfB>(), assembly_of<AssemblyOfA>()})
        .build(settings)
        .value();
  }
  async::Deadline soon() { return async::Deadline::after(loop.clock(), std::chrono::seconds(1)); }
};

}  // namespace

TEST_F(AssemblerTest, each_is_built_and_started_after_what_it_requires_and_ends_before_it) {
  {
    auto assembled = built();
    EXPECT_TRUE(loop.run(assembled.start()));
    EXPECT_TRUE(loop.run(assembled.drain(soon())));
    EXPECT_TRUE(loop.run(assembled.stop()));
  }
  EXPECT_EQ(journal.lines, (Lines{"build a", "build b", "start a", "start b", "start c", "drain b", "drain a",
                                  "stop b", "stop a", "gone c", "gone b", "gone a"}));
}

TEST_F(AssemblerTest, those_that_do_not_depend_on_each_other_keep_the_order_of_the_list) {
  auto front = assembler({assembly_of<Silent>(), assembly_of<AssemblyOfB>(), assembly_of<AssemblyOfA>()});
  EXPECT_EQ(names(front.plan().value()), (Lines{"silent", "a", "service-b"}));
  auto back = assembler({assembly_of<AssemblyOfB>(), assembly_of<AssemblyOfA>(), assembly_of<Silent>()});
  EXPECT_EQ(names(back.plan().value()), (Lines{"a", "service-b", "silent"}));
}

TEST_F(AssemblerTest, an_assembly_of_two_roles_is_built_once) {
  auto twice =
      assembler({assembly_of<AssemblyOfA>(), assembly_of<AssemblyOfB>(), assembly_of<AssemblyOfA>()});
  EXPECT_EQ(names(twice.plan().value()), (Lines{"a", "service-b"}));
}

TEST_F(AssemblerTest, of_what_is_available_only_what_somebody_requires_is_built) {
  Assembler partly({assembly_of<AssemblyOfB>()}, {assembly_of<Silent>(), assembly_of<AssemblyOfA>()});
  partly.give(journal);
  EXPECT_EQ(names(partly.plan().value()), (Lines{"a", "service-b"}));
}

TEST_F(AssemblerTest, a_gap_is_refused_with_the_chain_that_leads_to_it) {
  const auto plan = assembler({assembly_of<AssemblyOfC>(), assembly_of<AssemblyOfB>()}).plan();
  ASSERT_FALSE(plan);
  EXPECT_NE(plan.error().detail.find("c requires"), std::string::npos);
  EXPECT_NE(plan.error().detail.find("provided by service-b, which requires"), std::string::npos)
      << plan.error().detail;
  EXPECT_NE(plan.error().detail.find("which no assembly of this process provides"), std::string::npos);
}

TEST_F(AssemblerTest, a_circle_is_refused_with_all_its_members) {
  const auto plan = assembler({assembly_of<Pair<A, B, 'x'>>(), assembly_of<Pair<B, C, 'y'>>(),
                               assembly_of<Pair<C, A, 'z'>>()})
                        .plan();
  ASSERT_FALSE(plan);
  for (const auto* member :
       {"x requires", "provided by y, which requires", "provided by z, which requires", "provided by x"}) {
    EXPECT_NE(plan.error().detail.find(member), std::string::npos) << plan.error().detail;
  }
}

TEST_F(AssemblerTest, a_second_provider_is_refused_with_both_names) {
  const auto plan = assembler({assembly_of<AssemblyOfA>(), assembly_of<Pair<A, Journal, 'x'>>()}).plan();
  ASSERT_FALSE(plan);
  EXPECT_NE(plan.error().detail.find("is provided by a and by x; a service has one provider"),
            std::string::npos);
  const auto given = assembler({assembly_of<Pair<Journal, Journal, 'x'>>()}).plan();
  ASSERT_FALSE(given);
  EXPECT_NE(given.error().detail.find("by the process itself and by x"), std::string::npos)
      << given.error().detail;
}

TEST_F(AssemblerTest, each_gets_the_configuration_of_its_own_section) {
  settings = config::Settings::load({.flags = {"service_b.port=9"}}).value();
  std::vector<Assembly> list{assembly_of<AssemblyOfA>(), assembly_of<AssemblyOfB>()};
  EXPECT_EQ(list[1].section->name, "service_b");
  EXPECT_FALSE(list[0].section);
  settings = config::Settings::load({.flags = {"service_b.port=nine"}}).value();
  const auto refused = assembler(list).build(settings);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().detail, "--set service_b.port: service_b.port must be a whole number");
  EXPECT_TRUE(journal.lines.empty()) << "nothing is built on a wrong configuration";
}

TEST_F(AssemblerTest, when_a_build_fails_those_before_it_are_taken_down_and_its_error_says_who) {
  journal.failing = "build b";
  auto list = std::vector<Assembly>{assembly_of<AssemblyOfB>(), assembly_of<AssemblyOfA>()};
  const auto refused = assembler(list).build(settings);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message(), "build service-b: build b broke");
  EXPECT_EQ(journal.lines, (Lines{"build a", "build b", "gone a"}));
}

TEST_F(AssemblerTest, when_a_start_fails_those_that_had_started_are_stopped_again) {
  journal.failing = "start b";
  auto assembled = built();
  journal.lines.clear();
  const auto started = loop.run(assembled.start());
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().code, ErrorCode::storage_failed);
  EXPECT_EQ(started.error().detail, "start service-b: start b broke");
  EXPECT_EQ(journal.lines, (Lines{"start a", "start b", "stop a"}));
  EXPECT_TRUE(loop.run(assembled.stop()));
  EXPECT_EQ(journal.lines.size(), 3u) << "nothing is stopped twice";
}

TEST_F(AssemblerTest, an_error_while_stopping_does_not_keep_the_others_from_stopping) {
  journal.failing = "stop b";
  auto assembled = built();
  EXPECT_TRUE(loop.run(assembled.start()));
  journal.lines.clear();
  const auto stopped = loop.run(assembled.stop());
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().detail, "stop service-b: stop b broke");
  EXPECT_EQ(journal.lines, (Lines{"stop b", "stop a"}));
}

TEST_F(AssemblerTest, what_all_assemblies_store_is_known_before_the_first_is_built) {
  auto assembled = assembler({assembly_of<Keeper>(), assembly_of<AssemblyOfA>()}).build(settings);
  ASSERT_TRUE(assembled) << assembled.error().message();
  EXPECT_EQ(journal.lines, (Lines{"keeps thing-of-a", "build a"}));
}

TEST_F(AssemblerTest, a_kind_of_entity_has_one_owner) {
  const auto plan = assembler({assembly_of<AssemblyOfA>(), assembly_of<Thief>()}).plan();
  ASSERT_FALSE(plan);
  EXPECT_EQ(plan.error().detail,
            "entities of kind thing-of-a are stored by a and by thief; a kind has one owner");
}

TEST_F(AssemblerTest, the_drawing_shows_who_uses_what_of_whom) {
  auto planned = assembler({assembly_of<AssemblyOfB>(), assembly_of<AssemblyOfA>()}).plan().value();
  const auto graph = draw(planned);
  EXPECT_NE(graph.find("\"service-b\" -> \"a\""), std::string::npos) << graph;
}

TEST(TypeName, a_service_is_called_by_its_full_name) {
  struct Incomplete;
  EXPECT_EQ(type_name<config::Settings>(), "kontor::platform::config::Settings");
  EXPECT_EQ(type_name<std::string_view>(), "std::basic_string_view<char>");
}

}  // namespace kontor::platform::assembly::test
