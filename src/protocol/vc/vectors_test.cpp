// The published vectors of credentials, presentations and status lists, read from KONTOR_SPEC_DIR/vc, and
// what of that folder says nothing about this code.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "protocol/vc/presentation.hpp"
#include "protocol/vc/status_list.hpp"

using namespace kontor;
using namespace kontor::protocol::vc;

namespace {

namespace fs = std::filesystem;

class CredentialVectors : public ::testing::Test {
 protected:
  void SetUp() override {
    const char* given = std::getenv("KONTOR_SPEC_DIR");
    if (!given) GTEST_SKIP() << "KONTOR_SPEC_DIR does not name the folder of the vectors";
    folder = fs::path(given) / "vc";
  }
  json::Value read(const std::string& file) const {
    std::ifstream in(folder / file);
    std::stringstream text;
    text << in.rdbuf();
    return json::parse(text.str()).value();
  }
  Credential status_example(const std::string& file) const {
    return json::decode_value<Credential>(read("bitstring-status-list/examples/" + file)).value();
  }

  fs::path folder;
};

}  // namespace

TEST_F(CredentialVectors, status_lists_of_the_specification_are_read_and_have_no_bit_set) {
  for (const auto* file :
       {"02-example-bitstringstatuslistcredential.json", "04-a-status-list-verifiable-credential.json"}) {
    const auto list = read_status_list(status_example(file)).value();
    EXPECT_EQ(list.kind, StatusKind::bitstring) << file;
    EXPECT_EQ(list.url, "https://example.com/credentials/status/3");
    EXPECT_EQ(list.purposes, std::vector<std::string>{"revocation"});
    EXPECT_EQ(list.bits.size_bits(), 131'072u);
    EXPECT_EQ(list.bits.count(), 0u);
  }
}

TEST_F(CredentialVectors, places_in_status_lists_are_those_of_the_specification) {
  using Places = std::vector<std::pair<std::string, std::uint64_t>>;
  const auto places_of = [&](const std::string& file) {
    Places places;
    for (const auto& status : status_example(file).statuses) {
      EXPECT_EQ(status.kind, StatusKind::bitstring) << file;
      places.emplace_back(status.list_url.substr(status.list_url.rfind('/') + 1), status.index);
    }
    return places;
  };
  EXPECT_EQ(places_of("01-example-statuslistcredential-using-simple-entries.json"),
            (Places{{"3", 94'567}, {"4", 23'452}}));
  EXPECT_EQ(places_of("03-a-revocable-verifiable-credential.json"), (Places{{"3", 94'567}}));
  EXPECT_EQ(places_of("05-associating-multiple-status-lists-with-a-single-verifiable-credential.json"),
            (Places{{"3", 94'567}, {"4", 12'345}}));
  EXPECT_EQ(places_of("06-associating-multiple-status-entries-in-a-single-status-list.json"),
            (Places{{"5", 94'567}, {"5", 12'345}}));
}

// They are objects with proofs inside or none at all, and no tokens.
TEST_F(CredentialVectors, a_presentation_that_nobody_signed_as_a_token_is_refused) {
  for (const auto* file : {"example-2.json", "example-25.json", "example-45.json"}) {
    const auto parsed =
        parse_presentation(read("vc-data-model/verifiable-presentation/" + std::string(file)));
    ASSERT_FALSE(parsed) << file;
    EXPECT_EQ(parsed.error().code, ErrorCode::invalid_input) << file;
  }
}

// A file that is added to the folder is run or named here with the reason why not.
TEST_F(CredentialVectors, no_file_of_the_folder_is_forgotten) {
  const std::map<std::string, int> run_here{
      {"bitstring-status-list/examples", 6},
      {"vc-data-model/verifiable-credential", 10},  // the schema among them
      {"vc-data-model/verifiable-presentation", 4}};
  const std::map<std::string, int> run_in_protocol_did{
      {"did-key", 6}, {"did-key/spec-examples", 3}, {"did-web", 3}};
  // JSON-LD is not processed, so contexts say nothing; JSON is never canonicalized, and there is no SD-JWT.
  const std::map<std::string, int> about_something_else{
      {"bitstring-status-list/contexts", 1}, {"bitstring-status-list/contexts/2021", 1},
      {"vc-data-model/context", 3},          {"json-canonicalization/input", 6},
      {"json-canonicalization/output", 6},   {"json-canonicalization/outhex", 6},
      {"sd-jwt/draft-examples", 18},         {"sd-jwt/draft-specifications", 16},
      {"sd-jwt/python-testcases", 18}};
  auto known = run_here;
  known.insert(run_in_protocol_did.begin(), run_in_protocol_did.end());
  known.insert(about_something_else.begin(), about_something_else.end());
  std::map<std::string, int> found;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) ++found[fs::relative(entry.path().parent_path(), folder).string()];
  }
  EXPECT_EQ(found, known);
}
