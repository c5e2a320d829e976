#include "runtime/local_access/open_answers.hpp"

#include <vector>

#include "domain/transfer_process/decide.hpp"

namespace kontor::runtime::local_access {

namespace transfer = domain::transfer_process;

namespace {

class EndingBody : public platform::http::BodyStream {
 public:
  EndingBody(std::shared_ptr<platform::http::BodyStream> body, std::shared_ptr<OpenAnswer> answer)
      : body_(std::move(body)), answer_(std::move(answer)) {}

  Task<Result<std::string>> read() override {
    auto piece = co_await answer_->over.run(body_->read());
    if (answer_->over.interrupted()) co_return is_over();
    co_return piece;
  }
  std::optional<std::uint64_t> length_bytes() const override { return body_->length_bytes(); }
  void break_off_with(std::function<void()> break_off) override {
    answer_->over.on_interrupt(std::move(break_off));
  }

 private:
  std::shared_ptr<platform::http::BodyStream> body_;
  std::shared_ptr<OpenAnswer> answer_;
};

}  // namespace

std::unexpected<Error> is_over() {
  return fail(ErrorCode::illegal_transition, "the transfer of this agreement does not run any more");
}

std::shared_ptr<platform::http::BodyStream> until_over(std::shared_ptr<platform::http::BodyStream> body,
                                                       std::shared_ptr<OpenAnswer> answer) {
  return std::make_shared<EndingBody>(std::move(body), std::move(answer));
}

OpenAnswers::OpenAnswers(Services services, std::size_t answers_max)
    : services_(services), answers_max_(answers_max) {}

std::shared_ptr<OpenAnswers> OpenAnswers::make(Services services, std::size_t answers_max) {
  std::shared_ptr<OpenAnswers> made(new OpenAnswers(services, answers_max));
  services.engine.store().on_change([kept = std::weak_ptr(made)](const platform::store::Change& change) {
    const auto all = kept.lock();
    if (!all || !change.is_of(transfer::Machine::kind())) return;
    if (change.is_unknown()) return all->review_all();
    const Key key{change.context, change.entity};
    if (all->open_.contains(key)) all->services_.scope.spawn(review(all, key));
  });
  return made;
}

Result<std::shared_ptr<OpenAnswer>> OpenAnswers::begin(ContextId context, EntityId transfer) {
  if (open_.size() >= answers_max_)
    return fail(ErrorCode::too_many_requests, "{} answers are under way here", open_.size());
  const auto place = open_.emplace(Key{std::move(context), std::move(transfer)}, std::weak_ptr<OpenAnswer>());
  const auto end = [self = weak_from_this(), place](OpenAnswer* answer) {
    if (const auto all = self.lock()) all->open_.erase(place);
    delete answer;
  };
  std::shared_ptr<OpenAnswer> answer(new OpenAnswer, end);
  place->second = answer;
  return answer;
}

void OpenAnswers::review_all() {
  for (auto each = open_.begin(); each != open_.end(); each = open_.upper_bound(each->first))
    services_.scope.spawn(review(shared_from_this(), each->first));
}

Task<void> OpenAnswers::review(std::shared_ptr<OpenAnswers> self, Key key) {
  auto loaded = co_await self->services_.engine.load<transfer::Machine>(key.first, key.second);
  if (loaded && loaded->entity.state == transfer::State::started) co_return;
  std::vector<std::shared_ptr<OpenAnswer>> under_way;
  const auto [first, last] = self->open_.equal_range(key);
  for (auto each = first; each != last; ++each) under_way.push_back(each->second.lock());
  for (const auto& answer : under_way) {
    if (answer) answer->over.interrupt();
  }
}

}  // namespace kontor::runtime::local_access
