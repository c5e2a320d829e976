#include "runtime/management_api/resource.hpp"

namespace kontor::runtime::management_api {

Task<Result<Reply<management::IdResponse>>> create_document(
    Engine& engine, participant_context::ParticipantContexts& contexts, Call call, NewDocument document) {
  auto owner = co_await contexts.load(call.context);
  if (!owner) co_return fail(std::move(owner.error()));
  co_return co_await put_new_document(engine, std::move(call), std::move(document));
}

Task<Result<Reply<management::IdResponse>>> put_new_document(Engine& engine, Call call,
                                                             NewDocument document) {
  if (!document.stored) co_return fail(std::move(document.stored.error()));
  Command command{call.context, EntityId(document.id), call.caller.subject, call.trace};
  auto put = co_await engine.put_stored(document.kind, std::move(command), std::move(*document.stored), 0);
  if (!put) co_return fail(std::move(put.error()));
  co_return Reply<management::IdResponse>{{document.id, document.created_at}};
}

Task<Result<Reply<Nothing>>> replace_document(Engine& engine, Call call, const entity::Kind& kind,
                                              EntityId id, StoredForm form) {
  if (id.empty()) co_return invalid("/@id", "is required");
  auto before = co_await engine.load_stored(call.context, kind, id);
  if (!before) co_return fail(std::move(before.error()));
  auto stored = form(before->created_at);
  if (!stored) co_return fail(std::move(stored.error()));
  Command command{call.context, std::move(id), call.caller.subject, call.trace};
  auto put = co_await engine.put_stored(kind, std::move(command), std::move(*stored), before->version);
  if (!put) co_return fail(std::move(put.error()));
  co_return Reply<Nothing>{};
}

Task<Result<Reply<Nothing>>> remove_document(Engine& engine, Call call, const entity::Kind& kind,
                                             EntityId id) {
  auto before = co_await engine.load_stored(call.context, kind, id);
  if (!before) co_return fail(std::move(before.error()));
  Command command{call.context, std::move(id), call.caller.subject, call.trace};
  auto removed = co_await engine.remove_stored(kind, std::move(command), before->version);
  if (!removed) co_return fail(std::move(removed.error()));
  co_return Reply<Nothing>{};
}

Call of_the_installation(Call call) {
  call.context = platform::store::installation_context();
  return call;
}

}  // namespace kontor::runtime::management_api
