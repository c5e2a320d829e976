#include "domain/did_control/answer.hpp"

#include <gtest/gtest.h>

#include "base/crypto/hash.hpp"
#include "base/crypto/signature.hpp"

using namespace kontor;
using namespace kontor::domain::did_control;
namespace did = kontor::protocol::did;
namespace jose = kontor::protocol::jose;

namespace {

const Instant now = from_epoch_seconds(1'800'000'000);
const Did acme("did:web:acme.example");
const Did audience("did:web:kontor.example:api:identity:participants:acme");
const std::string kid = "did:web:acme.example#key-1";

crypto::PrivateKey key_of(const std::string& name) {
  return crypto::PrivateKey::from_scalar(crypto::KeyType::p256, crypto::sha256(name)).value();
}

did::DidDocument document_of(const crypto::PrivateKey& key) {
  did::DidDocument document{.id = acme};
  document.verification_methods = {{.id = kid, .controller = acme, .key = jose::jwk_of(key.public_key())}};
  document.authentication = {kid};
  return document;
}

class AnswerTest : public ::testing::Test {
 protected:
  std::string token() {
    auto input = jose::make_signing_input({.kid = header_kid}, claims);
    const auto signature = crypto::sign(key, bytes_of(input));
    return jose::assemble(std::move(input), signature);
  }
  Result<std::string> proven() {
    auto answer = read_answer(token(), acme);
    if (!answer) return fail(std::move(answer.error()));
    return verify(*answer, document, {.now = now, .did = acme, .audience = audience});
  }
  std::string refusal() {
    auto result = proven();
    return result ? "none"
                  : std::string(result.error().row().name) + ": " + std::string(result.error().message());
  }

  crypto::PrivateKey key = key_of("acme");
  did::DidDocument document = document_of(key);
  std::optional<std::string> header_kid = kid;
  jose::Claims claims{
      .iss = acme.str(), .sub = acme.str(), .aud = {audience.str()}, .rest = {{"nonce", "n"}}};
};

}  // namespace

TEST_F(AnswerTest, a_token_by_a_key_for_authentication_proves_the_control) {
  EXPECT_EQ(proven().value(), kid);
  header_kid = "#key-1";
  EXPECT_EQ(proven().value(), kid);
  header_kid.reset();
  EXPECT_EQ(proven().value(), kid) << "the document's only key";
  EXPECT_EQ(read_answer(token(), acme)->nonce, "n");
}

TEST_F(AnswerTest, the_challenge_stands_where_a_secure_token_service_puts_it_too) {
  claims.rest = {{"token", "n"}};
  EXPECT_EQ(read_answer(token(), acme)->nonce, "n");
  claims.rest = {};
  EXPECT_TRUE(refusal().starts_with("invalid_input")) << refusal();
}

TEST_F(AnswerTest, a_token_of_or_about_somebody_else_is_refused) {
  claims.sub = "did:web:globex.example";
  EXPECT_TRUE(refusal().contains("iss and sub must be")) << refusal();
  claims.sub = acme.str();
  header_kid = "did:web:globex.example#key-1";
  EXPECT_TRUE(refusal().contains("is no key of")) << refusal();
  header_kid = kid;
  document.id = Did("did:web:globex.example");
  EXPECT_TRUE(refusal().starts_with("forbidden")) << refusal();
}

TEST_F(AnswerTest, a_signature_by_another_key_is_refused) {
  key = key_of("somebody");
  EXPECT_TRUE(refusal().starts_with("forbidden")) << refusal();
}

TEST_F(AnswerTest, a_key_that_is_not_for_authentication_is_refused) {
  document.authentication.reset();
  document.assertion_method = {kid};
  EXPECT_TRUE(refusal().starts_with("forbidden")) << refusal();
  document.assertion_method.reset();
  EXPECT_TRUE(refusal().starts_with("forbidden")) << "a document that declares nothing: " << refusal();
  const auto tolerant = verify(read_answer(token(), acme).value(), document,
                               {now, acme, audience, did::RelationshipPolicy::tolerant});
  EXPECT_EQ(tolerant.value(), kid);
}

TEST_F(AnswerTest, a_token_for_somebody_else_or_out_of_date_is_refused) {
  claims.aud = {"did:web:kontor.example:api:identity:participants:globex"};
  EXPECT_TRUE(refusal().contains("aud")) << refusal();
  claims.aud = {audience.str()};
  claims.exp = now - std::chrono::minutes(1);
  EXPECT_TRUE(refusal().starts_with("forbidden")) << refusal();
  claims.exp.reset();
  claims.nbf = now + std::chrono::minutes(1);
  EXPECT_TRUE(refusal().starts_with("forbidden")) << refusal();
}

TEST_F(AnswerTest, what_is_no_token_is_refused_with_its_place) {
  for (const auto& text : {std::string("nothing"), std::string("a.b.c"), std::string(20'000, 'a')}) {
    const auto answer = read_answer(text, acme);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, ErrorCode::invalid_input);
    EXPECT_EQ(answer.error().pointer, "/proof");
  }
}
