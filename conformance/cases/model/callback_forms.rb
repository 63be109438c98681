# run: migrate
class Auditor
  def before_save(record) = Log << "auditor before #{record.name}"
  def after_save(record) = Log << "auditor after"
  def around_destroy(record)
    Log << "auditor around in"
    yield
    Log << "auditor around out"
  end
end

Log = []

class Base < ActiveRecord::Base
  self.table_name = "items"
  before_save :first, :second
  after_save { Log << "base after" }
  def first = Log << "first"
  def second = Log << "second"
end

class Item < Base
  before_save Auditor.new
  after_save Auditor.new
  around_destroy Auditor.new
  before_save :late, prepend: true
  after_save :conditional, if: [:name?, -> { n == 1 }], unless: :quiet?
  skip_callback :save, :before, :second
  before_validation :on_create, on: :create
  before_validation :on_update, on: [:update]
  validate :checked, if: -> { n == 9 }
  after_commit :one
  after_commit :two
  after_commit(on: :destroy) { Log << "destroyed" }
  after_commit(on: [:create, :update]) { Log << "written" }

  def late = Log << "late"
  def conditional = Log << "conditional"
  def quiet? = name == "quiet"
  def on_create = Log << "on_create"
  def on_update = Log << "on_update"
  def checked = errors.add(:n, "is nine")
  def one = Log << "one"
  def two = Log << "two"
end

class CallbackForms < ActiveRecord::Migration[8.1]
  disable_ddl_transaction!

  def up
    create_table(:items) { |t| t.string :name; t.integer :n }
    show { Item.create!(name: "a", n: 1) }
    show { Item.create!(name: "quiet", n: 1) }
    show { Item.last.update!(n: 2) }
    show { say Item.last.update(n: 9).inspect }
    show { Item.last.destroy }
    show do
      Item.transaction do
        item = Item.create!(name: "b")
        item.update!(n: 5)
        Log << "inside"
      end
    end
    show do
      Item.transaction do
        Item.create!(name: "c")
        Item.transaction(requires_new: true) { Item.create!(name: "d") }
        ActiveRecord::Base.connection.current_transaction.after_commit { Log << "transaction's own" }
      end
    end
    begin
      Item.after_commit :x, on: :nothing
    rescue => e
      say "#{e.class}: #{e.message}"
    end
    begin
      Item.before_save :x, if: "true"
    rescue => e
      say "#{e.class}: #{e.message}"
    end
    begin
      Item.skip_callback :save, :before, :missing
    rescue => e
      say "#{e.class}: #{e.message}"
    end
    show { Item.new(name: "r").run_callbacks(:save) { Log << "block" } }
  end

  def show
    Log.clear
    yield
    say Log.inspect
  end
end
