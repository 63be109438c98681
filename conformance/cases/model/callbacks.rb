# run: migrate
class Item < ActiveRecord::Base
  LOG = []
  before_validation { LOG << "before_validation" }
  after_validation :validated
  before_save :saving, if: :name?
  before_save ->(item) { LOG << "lambda #{item.name}" }, unless: -> { name == "quiet" }
  around_save :around_saving
  after_save { |item| LOG << "after_save #{item.name}" }
  before_create { LOG << "before_create" }
  around_create { |item, block| LOG << "around_create in"; block.call; LOG << "around_create out #{item.id}" }
  after_create -> { LOG << "after_create" }
  before_update { LOG << "before_update #{changed.inspect}" }
  after_update { LOG << "after_update #{saved_changes.keys.inspect}" }
  before_destroy { LOG << "before_destroy" }
  after_destroy { LOG << "after_destroy #{destroyed?}" }
  after_touch { LOG << "after_touch" }
  after_commit { LOG << "after_commit" }
  after_create_commit { LOG << "after_create_commit" }
  after_update_commit { LOG << "after_update_commit" }
  after_destroy_commit { LOG << "after_destroy_commit" }
  after_rollback { LOG << "after_rollback" }
  after_initialize { LOG << "after_initialize #{new_record?}" }
  after_find { LOG << "after_find" }

  def validated = LOG << "validated"
  def saving = LOG << "saving"
  def around_saving
    LOG << "around_save in"
    yield
    LOG << "around_save out"
  end
end

class Halting < ActiveRecord::Base
  self.table_name = "items"
  before_save { throw :abort if name == "halt" }
  after_save { raise "never" if name == "halt" }
  before_destroy { throw :abort }
end

class Callbacks < ActiveRecord::Migration[8.1]
  disable_ddl_transaction!

  def up
    create_table(:items) { |t| t.string :name; t.timestamps null: true }
    show { Item.create!(name: "a") }
    show { Item.create!(name: "quiet") }
    show { Item.first.update!(name: "b") }
    show { Item.first.touch }
    show { Item.first.update_columns(name: "c") }
    show { Item.first.destroy }
    show { Item.last.delete }
    show do
      Item.transaction do
        Item.create!(name: "gone")
        raise ActiveRecord::Rollback
      end
    end
    halting = Halting.new(name: "halt")
    say halting.save.inspect
    say halting.new_record?.inspect
    begin
      halting.save!
    rescue => e
      say "#{e.class}: #{e.message}"
    end
    kept = Halting.create!(name: "kept")
    say kept.destroy.inspect
    begin
      kept.destroy!
    rescue => e
      say "#{e.class}: #{e.message}"
    end
    say Halting.count.to_s
  end

  def show
    Item::LOG.clear
    yield
    Item::LOG.each { |line| say line }
  end
end
