export { UsersPage as UsersRoute } from "../features/people/UsersPage";
